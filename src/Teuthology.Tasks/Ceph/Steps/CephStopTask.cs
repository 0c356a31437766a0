using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>ceph.stop</c>: kills daemons, in the order named; all when none is named.</summary>
[Task("ceph.stop")]
public sealed class CephStopTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var task = CephSubtask.Read(run);
        foreach (var daemon in task.Daemons)
            await task.Cluster.Processes.StopAsync(daemon, cancellationToken);
    }
}
