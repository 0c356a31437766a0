using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><c>rbd.modprobe</c>: loads the kernel's module for RBD images on the machines of clients until the job unwinds. Configuration: a list of clients, or a mapping with clients as keys.</summary>
[Task("rbd.modprobe", Needs = LabFeatures.Root | LabFeatures.OwnRoot)]
public sealed class RbdModprobeTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, _) in RbdImages.Of(run))
        {
            var remote = run.Job.Cluster.Single(role);
            await remote.RunAsync(RemoteCommand.Args("modprobe", "rbd") with { Sudo = true, Label = "load the kernel's client of RBD" }, cancellationToken);
            // Devices of another task may still be there: then it stays.
            run.Defer("unload the kernel's client of RBD", (_, ct) =>
                remote.RunAsync(RemoteCommand.Args("modprobe", "-r", "rbd") with { Sudo = true, CheckStatus = false, Label = "unload the kernel's client of RBD" }, ct));
        }
    }
}
