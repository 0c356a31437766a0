using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>ceph.healthy</c>: waits until the cluster is healthy; with <c>wait-for-healthy: false</c> only until it is up and clean.</summary>
[Task("ceph.healthy")]
public sealed class CephHealthyTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var task = CephSubtask.Read(run);
        return task.Flag(run, "wait-for-healthy", true)
            ? task.Cluster.Health.HealthyAsync(cancellationToken)
            : task.Cluster.Health.WorkingAsync(cancellationToken);
    }
}
