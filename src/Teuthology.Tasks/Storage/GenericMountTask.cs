using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>common_fs_utils.generic_mount</c>: mounts RBD images at <c>mnt.ID</c> until the job unwinds: <c>[client.0]</c> or <c>{client.0: image}</c>; a path is the device itself.</summary>
[Task("common_fs_utils.generic_mount")]
public sealed class GenericMountTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var images = run.Config switch
        {
            YamlList list => RoleOptions.Roles(run, list).Select(role => (Role: (object)role, Image: (object?)null)).ToList(),
            YamlMap map => [.. map.Select(pair => (pair.Key, pair.Value))],
            _ => throw run.Wrong("task mount must be configured with a list or dictionary"),
        };
        var mounts = images.Select(image => (Remote: RoleCommands.Machine(run, image.Role), Role: (string)image.Role, Image: image.Image switch
        {
            null => GenericFileSystems.ImageOf((string)image.Role),
            string name => name,
            _ => throw run.Wrong($"the image of '{image.Role}' must be a text", image.Role),
        })).ToList();
        foreach (var mount in mounts)
            await GenericFileSystems.MountAsync(run, mount.Remote, mount.Role, GenericFileSystems.RbdDevice(mount.Image), cancellationToken);
    }
}
