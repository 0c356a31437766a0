using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Makes file systems on images of block storage and mounts them at <c>mnt.ID</c>: what tasks for RBD, iSCSI and the like share.</summary>
public static class GenericFileSystems
{
    /// <summary>Name of the image of a role that names none.</summary>
    /// <param name="role">The role.</param>
    public static string ImageOf(string role) => $"testimage.{role}";

    /// <summary>The device of an RBD image; a path is the device, or the file, itself.</summary>
    /// <param name="image">Its name.</param>
    public static string RbdDevice(string image) => image.StartsWith('/') ? image : $"/dev/rbd/rbd/{image}";

    /// <summary>Makes a file system.</summary>
    /// <param name="remote">Where.</param>
    /// <param name="device">On which device, or file.</param>
    /// <param name="kind">As mkfs(8) takes it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="CommandFailedException">It cannot be made.</exception>
    public static Task MakeAsync(Remote remote, string device, string kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return remote.RunAsync(RemoteCommand.Args("mkfs", "-t", kind, device) with { Sudo = true }, cancellationToken);
    }

    /// <summary>Mounts a device at <c>mnt.ID</c> of a role until the job unwinds.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">Where.</param>
    /// <param name="role">Role whose id names the directory.</param>
    /// <param name="device">The device.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="CommandFailedException">It cannot be mounted.</exception>
    /// <exception cref="ConfigurationException">The role has no id.</exception>
    public static async Task MountAsync(TaskRun run, Remote remote, string role, string device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(remote);
        var mount = ClientRoles.MountOf(run.Job, ClientRoles.IdOf(run, role));
        await remote.RunAsync(RemoteCommand.Args("mkdir", "--", mount), cancellationToken);
        run.Defer($"remove {mount}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rmdir", "--", mount), ct));
        await remote.RunAsync(RemoteCommand.Args("mount", device, mount) with { Sudo = true }, cancellationToken);
        run.Defer($"unmount {mount}", (_, ct) => remote.RunAsync(RemoteCommand.Args("umount", mount) with { Sudo = true }, ct));
    }
}
