using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd</c>: an image for each client as <c>rbd.create_image</c> makes it, mapped by the kernel, with a file system (<c>fs_type</c>, ext3), mounted at <c>mnt.ID</c> of the
/// test directory until the job unwinds. Configuration: nothing or <c>all</c> for all clients, a list of clients, or client: {image_name, image_size, image_format, fs_type}.
/// </summary>
[Task("rbd", Needs = LabFeatures.Root | LabFeatures.OwnRoot)]
public sealed class RbdTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => new RbdDevCreateTask().Check(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        await new RbdCreateImageTask().RunAsync(run, cancellationToken);
        await new RbdModprobeTask().RunAsync(run, cancellationToken);
        await new RbdDevCreateTask().RunAsync(run, cancellationToken);
        foreach (var (role, image) in RbdImages.Of(run))
        {
            var remote = run.Job.Cluster.Single(role);
            var device = GenericFileSystems.RbdDevice(RbdDevCreateTask.NameOf(role, image));
            await GenericFileSystems.MakeAsync(remote, device, image.Get("fs_type") as string ?? new FileSystemOptions().FsType, cancellationToken);
            await GenericFileSystems.MountAsync(run, remote, role, device, cancellationToken);
        }
    }
}
