using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph-fuse</c>: mounts the cluster's file system by FUSE at <c>mnt.ID</c> of the test directory, for all clients or those named, and unmounts
/// it when the job unwinds, by force where it hangs. A later one changes what is mounted: clients that it does not name are unmounted.
/// </summary>
[Task("ceph-fuse", Needs = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.Fuse)]
public sealed class CephFuseTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var wanted = CephFuseOptions.Read(run);
        foreach (var key in wanted.Values.SelectMany(options => options.Unserved).Distinct(StringComparer.Ordinal))
            CephLog.Warn(run.Log, $"ceph-fuse: '{key}' is not served here; the client runs without it");

        var mounts = run.Job.Shared<CephMounts>();
        await InParallel.ForEachAsync(mounts.All.Where(mount => wanted.GetValueOrDefault(mount.Role) is not { Mounted: true }), (mount, ct) => mount.UnmountAsync(ct), cancellationToken);
        await InParallel.ForEachAsync(
            wanted.Where(entry => entry.Value.Mounted),
            async (entry, ct) =>
            {
                var mount = mounts.Of(entry.Key, role => new CephMount(run.Job, role, run.Log));
                if (mount.IsMounted)
                    return;
                run.Defer($"unmount {entry.Key}", (_, end) => mount.UnmountAsync(end));
                await mount.MountAsync(entry.Value, ct);
            },
            cancellationToken);
    }
}
