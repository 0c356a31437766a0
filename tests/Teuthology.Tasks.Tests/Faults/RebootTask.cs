using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks.Tests;

/// <summary>Restarts the machine of a role and waits for it.</summary>
[Task("test.reboot")]
public sealed class RebootTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) =>
        run.Job.Cluster.Single((string)run.Config!).RebootAsync(TimeSpan.FromMinutes(2), cancellationToken);
}
