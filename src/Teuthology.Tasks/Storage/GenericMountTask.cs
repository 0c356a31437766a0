using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>common_fs_utils.generic_mount</c>: mounts RBD images at <c>mnt.ID</c> until the job unwinds: <c>[client.0]</c> or <c>{client.0: image}</c>; a path is the device itself.</summary>
[Task("common_fs_utils.generic_mount")]
public sealed class GenericMountTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => Mounts(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (remote, role, device) in Mounts(run))
            await GenericFileSystems.MountAsync(run, remote, role, device, cancellationToken);
    }

    private static List<(Remote Remote, string Role, string Device)> Mounts(TaskRun run) =>
        [.. Images(run).Select(image => (RoleCommands.Machine(run, image.Role), (string)image.Role, GenericFileSystems.RbdDevice(image.Image switch
        {
            null => GenericFileSystems.ImageOf((string)image.Role),
            string name => name,
            _ => throw run.Wrong($"the image of '{image.Role}' must be a text", image.Role),
        })))];

    private static IEnumerable<(object Role, object? Image)> Images(TaskRun run) => run.Config switch
    {
        YamlList list => RoleOptions.Roles(run, list).Select(role => ((object)role, (object?)null)),
        YamlMap map => map.Select(pair => (pair.Key, pair.Value)),
        _ => throw run.Wrong("task mount must be configured with a list or dictionary"),
    };
}
