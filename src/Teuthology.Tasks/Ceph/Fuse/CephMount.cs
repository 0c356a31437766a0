using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A client's mount of a Ceph file system by ceph-fuse, which runs in the foreground of an SSH channel.</summary>
/// <param name="job">The job.</param>
/// <param name="role">The client.</param>
/// <param name="log">Told of mounting and unmounting.</param>
public sealed class CephMount(JobContext job, string role, ILogger log)
{
    // A mount point without rights: who writes although nothing is mounted is told so.
    private const string Make = "[ -d \"$1\" ] || mkdir -m 0000 -- \"$1\"; if [ \"$(stat -f -c %T -- \"$1\")\" = fuseblk ]; then echo \"$1 is mounted already\" >&2; exit 1; fi";

    // Forced: the connection is aborted where fusectl tells it, and the mount goes lazily; processes in it see errors.
    private const string Unmount = """
        m=$1; force=$2
        [ "$(stat -f -c %T -- "$m" 2>/dev/null)" = fuseblk ] || ! mountpoint -q -- "$m" && ! grep -qs " $m fuse" /proc/self/mounts && exit 0
        if [ "$force" = 0 ]; then
          if command -v fusermount >/dev/null; then fusermount -u -- "$m" || umount -- "$m"; else umount -- "$m"; fi
        else
          d=$(awk -v m="$m" '$5 == m { split($3, n, ":"); print n[2] }' /proc/self/mountinfo)
          [ -n "$d" ] && [ -w "/sys/fs/fuse/connections/$d/abort" ] && echo 1 > "/sys/fs/fuse/connections/$d/abort"
          umount -l -f -- "$m"
        fi
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Role _role = Orchestra.Role.Split(role);
    private readonly Remote _remote = job.Cluster.Single(role);
    private string? _mountPoint;

    /// <summary>The client's role.</summary>
    public string Role => role;

    /// <summary>Where it is mounted; null when it is not.</summary>
    public string? MountPoint => _mountPoint;

    /// <summary>Whether it is mounted.</summary>
    public bool IsMounted => _mountPoint is not null;

    private string Daemon => $"ceph-fuse.{_role.Type}.{_role.Id}";

    /// <summary>Mounts it and waits until it is there.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">ceph-fuse ended, or the file system did not come within <see cref="CephFuseOptions.MountTimeout"/>.</exception>
    public async Task MountAsync(CephFuseOptions options, CancellationToken cancellationToken)
    {
        var id = _role.Cluster == Orchestra.Role.DefaultCluster ? _role.Id : $"{_role.Cluster}.{_role.Id}";
        var path = options.MountPoint ?? $"{job.TestDirectory}/mnt.{id}";
        CephLog.Note(log, $"Mounting ceph-fuse for {role} at {_remote.ShortName}:{path}...");
        await _remote.RunAsync(RemoteCommand.Args("sh", "-c", Make, "sh", path) with { Label = "make the mount point", Sudo = options.MountPoint is not null }, cancellationToken);
        _mountPoint = path;

        await job.Daemons.StartAsync(
            Daemon,
            _remote,
            RemoteCommand.Args(["ceph-fuse", "-f", "--cluster", _role.Cluster, "--admin-socket", "/var/run/ceph/$cluster-$name.$pid.asok", path, "--id", options.AuthId ?? _role.Id,
                .. options.Path is { } root ? new[] { $"--client_mountpoint={root}" } : [],
                .. options.FileSystem is { } fs ? new[] { $"--client_fs={fs}" } : []]) with { Sudo = true, Label = Daemon },
            cancellationToken);
        await new Poll { Sleep = TimeSpan.FromMilliseconds(200), Timeout = options.MountTimeout, Action = $"ceph-fuse mount of {role}" }.UntilAsync(ComesAsync, cancellationToken);
        await _remote.RunAsync(RemoteCommand.Args("chmod", "1777", "--", path) with { Sudo = true, Label = "open the mount" }, cancellationToken);
    }

    /// <summary>Unmounts it; where that fails or ceph-fuse hangs, by force. Does nothing when it is not mounted.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It had to be forced, or could not be unmounted at all.</exception>
    public async Task UnmountAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _mountPoint, null) is not { } path)
            return;
        CephLog.Note(log, $"Unmounting ceph-fuse of {role}...");
        var trouble = await PoliteAsync(path, cancellationToken);
        if (trouble is not null)
            await ForceAsync(path, cancellationToken);
        await _remote.RunAsync(RemoteCommand.Args("rmdir", "--", path) with { Sudo = true, Label = "remove the mount point" }, cancellationToken);
        if (trouble is not null)
            throw new TeuthologyException(FailureKind.Product, $"ceph-fuse of {role} on {_remote.ShortName} had to be unmounted by force: {trouble}");
    }

    private async Task<bool> ComesAsync(CancellationToken cancellationToken)
    {
        if (job.Daemons[Daemon] is { Died: true, LastResult: { } ended })
            throw new TeuthologyException(FailureKind.Product, $"ceph-fuse of {role} on {_remote.ShortName} ended with {(ended.Signal is { } signal ? $"signal {signal}" : $"status {ended.ExitStatus}")}: {ended.Stderr.TrimEnd()}");
        var kind = await _remote.RunAsync(RemoteCommand.Args("stat", "-f", "-c", "%T", "--", _mountPoint!) with { Sudo = true, CheckStatus = false, Quiet = true, Label = "look at the mount", Timeout = Patience }, cancellationToken);
        return kind.Stdout.Trim() == "fuseblk";
    }

    // Null when all went well.
    private async Task<string?> PoliteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _remote.RunAsync(Command(path, force: false), cancellationToken);
            if (result.ExitStatus != 0)
                return result.Stderr.Trim();
            if (job.Daemons.TryFind(Daemon, out var daemon) && daemon.Process is { } process)
                await process.WaitAsync(cancellationToken).WaitAsync(Patience, job.Time, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is TimeoutException or CommandTimeoutException)
        {
            return $"it did not end within {Patience.TotalSeconds:0} s";
        }
    }

    /// <summary>Unmounts by force, when the cluster is dead: nothing is waited for. <see cref="UnmountAsync"/> then only tidies.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ForceAsync(CancellationToken cancellationToken) => _mountPoint is { } path ? ForceAsync(path, cancellationToken) : Task.CompletedTask;

    private async Task ForceAsync(string path, CancellationToken cancellationToken)
    {
        if (job.Daemons.TryFind(Daemon, out var daemon))
            await daemon.KillAsync(cancellationToken);
        await _remote.RunAsync(Command(path, force: true) with { CheckStatus = true }, cancellationToken);
    }

    private static RemoteCommand Command(string path, bool force) =>
        RemoteCommand.Args("sh", "-c", Unmount, "sh", path, force ? "1" : "0") with { Sudo = true, CheckStatus = false, Timeout = Patience, Label = force ? "unmount by force" : "unmount" };
}
