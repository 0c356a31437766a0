using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>kclient</c>: mounts the cluster's file system by the kernel at <c>mnt.ID</c> of the test directory, for all clients or those named, and unmounts it when the job
/// unwinds, by force where umount fails, which fails the job. The machines must have a kernel of their own.
/// </summary>
[Task("kclient", Needs = LabFeatures.Root | LabFeatures.OwnRoot)]
public sealed class KclientTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var wanted = KernelMountOptions.Read(run);
        foreach (var key in wanted.Values.SelectMany(options => options.Unserved).Distinct(StringComparer.Ordinal))
            CephLog.Warn(run.Log, $"kclient: '{key}' is not served here; the client runs without it");
        await InParallel.ForEachAsync(wanted.Where(entry => entry.Value.Mounted), (entry, ct) => new KernelMount(run, entry.Key, entry.Value).MountAsync(ct), cancellationToken);
    }
}
