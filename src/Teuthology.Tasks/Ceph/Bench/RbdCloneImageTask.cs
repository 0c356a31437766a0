using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><c>rbd.clone_image</c>: client: {image_name, parent_name}: snapshots and protects the parent and clones it; undone in reverse.</summary>
[Task("rbd.clone_image")]
public sealed class RbdCloneImageTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, image) in RbdImages.Of(run))
        {
            var remote = run.Job.Cluster.Single(role);
            var name = image.Get("image_name") as string ?? $"testimage.{role}";
            var snapshot = $"{image.Get("parent_name") as string ?? throw run.Wrong($"'{role}' needs 'parent_name'", role)}@{name}";
            await StepAsync(["snap", "create", "--no-progress", snapshot], ["snap", "rm", "--no-progress", snapshot]);
            await StepAsync(["snap", "protect", snapshot], ["snap", "unprotect", snapshot]);
            await StepAsync(["clone", "--rbd-default-clone-format=1", snapshot, name], ["rm", "--no-progress", name]);

            async Task StepAsync(string[] make, string[] undo)
            {
                await remote.RunAsync(RemoteCommand.Args(["rbd", "-p", "rbd", .. make]), cancellationToken);
                run.Defer(string.Join(' ', undo), (_, ct) => remote.RunAsync(RemoteCommand.Args(["rbd", "-p", "rbd", .. undo]), ct));
            }
        }
    }
}
