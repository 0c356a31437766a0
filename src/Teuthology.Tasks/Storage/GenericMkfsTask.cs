using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>common_fs_utils.generic_mkfs</c>: file systems on RBD images, by role: <c>[client.0]</c> or <c>{client.0: {image_name, fs_type}}</c>;
/// an <c>image_name</c> that begins with <c>/</c> is the device or file itself.
/// </summary>
[Task("common_fs_utils.generic_mkfs")]
public sealed class GenericMkfsTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => Images(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, remote, options) in Images(run))
            await GenericFileSystems.MakeAsync(remote, GenericFileSystems.RbdDevice(options.ImageName ?? GenericFileSystems.ImageOf(role)), options.FsType, cancellationToken);
    }

    private static IReadOnlyList<(string Role, Remote Remote, FileSystemOptions Options)> Images(TaskRun run) =>
        run.Config is null ? throw run.Wrong("task mkfs must be configured with a list or dictionary") : RoleOptions.Read<FileSystemOptions>(run, []);
}
