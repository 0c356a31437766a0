using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>What the kernel and the host's programs must give; tried for real, in namespaces that end with the try.</summary>
internal sealed class HostExamination(TimeProvider time) : IExamination
{
    private static readonly (string Program, string Package, string For)[] Programs =
    [
        ("ip", "iproute2", "machines' networks"), ("unshare", "util-linux", "machines"), ("nsenter", "util-linux", "machines"), ("setpriv", "util-linux", "machines"),
        ("flock", "util-linux", "machines"), ("apt-get", "apt", "the machines' image"), ("dpkg-deb", "dpkg", "the machines' image"),
        ("ssh", "openssh-client", "`lab ssh` and targets"), ("ssh-keygen", "openssh-client", "host keys"), ("ssh-keyscan", "openssh-client", "`updatekeys`"),
        ("sshd", "openssh-server", "the loopback lab"), ("git", "git", "suites of branches"), ("rsync", "rsync", "`archive_upload`"),
    ];

    // A file system in memory for the layers: the root may be an overlay itself, on which no other can stand
    private const string Overlay = "mount -t tmpfs t /mnt && cd /mnt && mkdir l u w m && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w m && : > m/f && test -e u/f";

    public string Area => "host";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
        {
            yield return await TryAsync("overlay file systems", ["--mount", "--propagation", "private", "sh", "-c", Overlay], "modprobe overlay; in a container, start it with --privileged", cancellationToken);
            yield return await TryAsync("network, process and host name namespaces", ["--net", "--pid", "--uts", "--ipc", "--mount", "--fork", "ip", "link", "set", "lo", "up"], "run outside the container, or start it with --privileged", cancellationToken);
            yield return Cgroups();
        }
        else
        {
            yield return await UserNamespaceHost.ObstacleAsync(cancellationToken) is { } obstacle
                ? new Finding(Area, FindingLevel.Warning, "user namespaces cannot be had, so machines lack a root of their own", obstacle)
                : Finding.Well(Area, "user namespaces work");
        }

        yield return File.Exists("/dev/fuse")
            ? Finding.Well(Area, "/dev/fuse is there")
            : new Finding(Area, FindingLevel.Warning, "there is no /dev/fuse: jobs that mount by FUSE are skipped", "modprobe fuse; in a container, --device /dev/fuse");
        foreach (var missing in Programs.Where(p => ToolRun.Find(p.Program) is null).GroupBy(p => p.Package))
            yield return Missing(missing.Key, string.Join(", ", missing.Select(p => $"{p.Program} (for {p.For})")));
        yield return Memory();
        yield return Clock();
    }

    private static Finding Missing(string package, string programs) =>
        new("host", package is "iproute2" or "util-linux" ? FindingLevel.Trouble : FindingLevel.Warning, $"missing: {programs}", $"apt-get install {package}")
        {
            Mend = Environment.IsPrivilegedProcess
                ? async token => await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", package], token)
                : null,
        };

    private static Finding Cgroups()
    {
        if (RootLab.FindCgroupRoot() is not { } root)
            return new Finding("host", FindingLevel.Warning, "there is no cgroup2 that may be written: snapshots cannot be made, and a machine's stray processes are found less surely", "mount -t cgroup2 none /sys/fs/cgroup/unified");
        return Directory.EnumerateDirectories(root).FirstOrDefault() is not { } any || File.Exists(Path.Combine(any, "cgroup.kill"))
            ? Finding.Well("host", $"cgroup2 is at {root}")
            : new Finding("host", FindingLevel.Trouble, $"cgroup2 at {root} has no cgroup.kill: machines cannot be ended surely", "a kernel from 5.14 on");
    }

    private static Finding Memory()
    {
        const long Needed = 1L << 30;
        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (line is not [_, var kilobytes, ..] || !long.TryParse(kilobytes, out var available))
            return new Finding("host", FindingLevel.Warning, "/proc/meminfo does not tell how much memory is available");
        return available * 1024 >= Needed
            ? Finding.Well("host", $"{DataSize.Tell(available * 1024)} of memory are available")
            : new Finding("host", FindingLevel.Warning, $"{DataSize.Tell(available * 1024)} of memory are available; a small Ceph cluster takes {DataSize.Tell(Needed)}", "end what takes it, or run fewer jobs at once (TEUTHOLOGY_LAB_NODES)");
    }

    // A clock behind the files of this very program was never set
    private Finding Clock()
    {
        var built = File.GetLastWriteTimeUtc(typeof(HostExamination).Assembly.Location);
        var now = time.GetUtcNow().UtcDateTime;
        return now >= built.AddDays(-1)
            ? Finding.Well("host", "the clock is plausible")
            : new Finding("host", FindingLevel.Trouble, $"the clock says {now:yyyy-MM-dd HH:mm} UTC, before this program was built ({built:yyyy-MM-dd})", "set the clock (chronyc makestep)");
    }

    private async Task<Finding> TryAsync(string what, IReadOnlyList<string> unshare, string remedy, CancellationToken cancellationToken)
    {
        try
        {
            await ToolRun.RunAsync("unshare", unshare, cancellationToken);
            return Finding.Well(Area, $"{what} work");
        }
        catch (Exception e) when (e is TeuthologyException or System.ComponentModel.Win32Exception)
        {
            return new Finding(Area, FindingLevel.Trouble, $"{what} do not work: {e.Message}", remedy);
        }
    }
}
