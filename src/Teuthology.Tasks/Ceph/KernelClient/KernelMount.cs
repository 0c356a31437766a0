using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A client's mount of a Ceph file system by the kernel.</summary>
/// <param name="run">The task: its job and its log.</param>
/// <param name="role">The client.</param>
/// <param name="options">How.</param>
internal sealed class KernelMount(TaskRun run, string role, KernelMountOptions options)
{
    // A mount point without rights: who writes although nothing is mounted is told so.
    private const string Make = "[ -d \"$1\" ] || mkdir -m 0000 -- \"$1\"; if mountpoint -q -- \"$1\"; then echo \"$1 is mounted already\" >&2; exit 1; fi";
    private const string Tell = "for module in ceph libceph; do echo \"module $module +p\" > /sys/kernel/debug/dynamic_debug/control; done";

    private static readonly TimeSpan MountPatience = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan UnmountPatience = TimeSpan.FromMinutes(15);

    private readonly Role _role = Role.Split(role);
    private readonly Remote _remote = run.Job.Cluster.Single(role);

    private string Path => options.MountPoint ?? $"{run.Job.TestDirectory}/mnt.{(_role.Cluster == Role.DefaultCluster ? _role.Id : $"{_role.Cluster}.{_role.Id}")}";

    /// <summary>Mounts it; the job unmounts it when it unwinds.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">mount failed; what the kernel told of it is in the job's log.</exception>
    public async Task MountAsync(CancellationToken cancellationToken)
    {
        CephLog.Note(run.Log, $"Mounting the kernel client of {role} at {_remote.ShortName}:{Path}...");
        await _remote.RunAsync(RemoteCommand.Args("modprobe", "ceph") with { Sudo = true, Label = "load the kernel's client of CephFS" }, cancellationToken);
        if (options.Debug)
            await _remote.RunAsync(RemoteCommand.Args("sh", "-c", Tell) with { Sudo = true, Label = "have the client tell what it does" }, cancellationToken);
        await _remote.RunAsync(RemoteCommand.Args("sh", "-c", Make, "sh", Path) with { Label = "make the mount point", Sudo = options.MountPoint is not null }, cancellationToken);
        run.Defer($"unmount {role}", (_, ct) => UnmountAsync(ct));
        await _remote.RunAsync(
            RemoteCommand.Args("mount", "-t", "ceph", $":{options.Path}", Path, "-v", "-o", Options()) with { Sudo = true, Label = $"mount {role}", Timeout = MountPatience },
            cancellationToken);
        await _remote.RunAsync(RemoteCommand.Args("chmod", "1777", "--", Path) with { Sudo = true, Label = "open the mount" }, cancellationToken);
    }

    // The helper of mount finds the monitors in the configuration and the key in the client's keyring.
    private string Options() => string.Join(',', (string[])
    [
        "norequire_active_mds", $"name={_role.Id}", $"conf=/etc/ceph/{_role.Cluster}.conf",
        .. options.FileSystem is { } name ? new[] { $"mds_namespace={name}" } : [],
        options.RecursiveBytes ? "rbytes" : "norbytes",
        .. options.MountOptions,
    ]);

    private async Task UnmountAsync(CancellationToken cancellationToken)
    {
        CephLog.Note(run.Log, $"Unmounting the kernel client of {role}...");
        var mounted = await _remote.RunAsync(RemoteCommand.Args("mountpoint", "-q", "--", Path) with { Sudo = true, CheckStatus = false, Label = "look at the mount" }, cancellationToken);
        string? trouble = null;
        if (mounted.ExitStatus == 0)
            trouble = await PoliteAsync(cancellationToken);
        if (trouble is not null)
            await _remote.RunAsync(RemoteCommand.Args("umount", "-f", "-l", "--", Path) with { Sudo = true, Label = "unmount by force", Timeout = UnmountPatience }, cancellationToken);
        await _remote.RunAsync(RemoteCommand.Args("rmdir", "--", Path) with { Sudo = true, Label = "remove the mount point" }, cancellationToken);
        if (trouble is not null)
            throw new TeuthologyException(FailureKind.Product, $"the kernel client of {role} on {_remote.ShortName} had to be unmounted by force: {trouble}");
    }

    // Null when all went well.
    private async Task<string?> PoliteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var result = await _remote.RunAsync(RemoteCommand.Args("umount", "--", Path) with { Sudo = true, CheckStatus = false, Label = $"unmount {role}", Timeout = UnmountPatience }, cancellationToken);
            return result.ExitStatus == 0 ? null : result.Stderr.Trim();
        }
        catch (CommandTimeoutException)
        {
            return $"umount did not end within {UnmountPatience.TotalMinutes:0} minutes";
        }
    }
}
