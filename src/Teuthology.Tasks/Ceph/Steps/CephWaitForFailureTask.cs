using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>ceph.wait_for_failure</c>: waits up to 300 s for each daemon named to die; a clean end is a failure.</summary>
[Task("ceph.wait_for_failure")]
public sealed class CephWaitForFailureTask : IJobTask
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var task = CephSubtask.Read(run);
        foreach (var daemon in task.Daemons)
        {
            try
            {
                var result = await task.Cluster.Processes.WaitAsync(daemon, cancellationToken).WaitAsync(Limit, run.Job.Time, cancellationToken);
                if (result.ExitStatus == 0)
                    throw new TeuthologyException(FailureKind.Product, $"daemon {daemon.Role} did not fail");
            }
            catch (TimeoutException)
            {
                throw new TeuthologyException(FailureKind.Timeout, $"daemon {daemon.Role} did not fail within {Limit.TotalSeconds:0} s");
            }
        }
    }
}
