using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>What one round trip after connecting tells of a machine.</summary>
internal sealed record HostFact
{
    private const string Probe = """
        dir=$1
        read -r boot </proc/sys/kernel/random/boot_id
        echo "file_system=$boot $(stat -c %d:%i /)"
        echo "boot_id=$boot"
        if [ -n "$3" ] && [ -e "$3/pid" ]; then echo ours=1; fi
        if [ -e "$dir" ] || [ -L "$dir" ]; then echo stale=1; fi
        if [ "$2" = root ]; then
          s='sudo -n'; if [ "$(id -u)" = 0 ]; then s=; fi
          $s sh -c 'echo sudo=1; if [ -d /var/lib/ceph ] && [ -n "$(find /var/lib/ceph -mindepth 1 ! -type d -print -quit)" ]; then echo ceph_data=1; fi' 2>/dev/null
        fi
        read -r pattern </proc/sys/kernel/core_pattern
        echo "core_pattern=$pattern"
        if [ -d /run/systemd/system ]; then echo systemd=1; fi
        if [ -e /sys/fs/selinux/enforce ]; then echo selinux=1; fi
        if [ -d /etc/rsyslog.d ] && pidof rsyslogd >/dev/null 2>&1; then echo syslog=1; fi
        """;

    /// <summary>Equal for machines that share a root file system.</summary>
    public required string FileSystem { get; init; }

    /// <summary>The test directory is there already.</summary>
    public required bool Stale { get; init; }

    /// <summary>There are files under /var/lib/ceph.</summary>
    public required bool CephData { get; init; }

    /// <summary>The lab promises root, and sudo works without a password. Where it does not promise it, root is not the job's to use.</summary>
    public required bool Sudo { get; init; }

    /// <summary>rsyslogd runs.</summary>
    public required bool Syslog { get; init; }

    /// <summary>systemd is process 1.</summary>
    public required bool Systemd { get; init; }

    /// <summary>SELinux is on, enforcing or not.</summary>
    public required bool Selinux { get; init; }

    /// <summary>Where its kernel puts core dumps, core(5).</summary>
    public required string CorePattern { get; init; }

    /// <summary>It sees the job's archive, so its root is the controller's own: what lies about there is nobody's business.</summary>
    public required bool SharesOurRoot { get; init; }

    /// <summary>The machine is not a container on this host: settings of its kernel are its own.</summary>
    public required bool OwnKernel { get; init; }

    /// <summary>Disk, memory, clock, remains.</summary>
    public required MachineVitals Vitals { get; init; }

    /// <summary>What the lab promised.</summary>
    public required LabFeatures Features { get; init; }

    public static async Task<HostFact> ReadAsync(Remote remote, Machine machine, JobContext job, CancellationToken cancellationToken)
    {
        var asked = job.Time.GetUtcNow();
        var result = await remote.RunAsync(
            RemoteCommand.Args("sh", "-c", $"{Probe}\n{MachineVitals.Script}", "sh", job.TestDirectory, machine.Features.HasFlag(LabFeatures.Root) ? "root" : "user", job.ArchivePath ?? "") with { Label = "look at the machine", Quiet = true },
            cancellationToken);
        var facts = Parse(result.Stdout);
        var boot = facts.GetValueOrDefault("boot_id") ?? "";
        return new HostFact
        {
            FileSystem = facts.GetValueOrDefault("file_system") ?? remote.Name,
            Stale = facts.ContainsKey("stale"),
            CephData = facts.ContainsKey("ceph_data"),
            Sudo = facts.ContainsKey("sudo"),
            Syslog = facts.ContainsKey("syslog"),
            Systemd = facts.ContainsKey("systemd"),
            Selinux = facts.ContainsKey("selinux"),
            CorePattern = facts.GetValueOrDefault("core_pattern") ?? "",
            SharesOurRoot = facts.ContainsKey("ours"),
            OwnKernel = boot.Length > 0 && boot != OwnBootId(),
            Vitals = MachineVitals.Of(facts, asked, job.Time.GetUtcNow()),
            Features = machine.Features,
        };
    }

    /// <summary>Lines <c>key=value</c>.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string output) => output.Split('\n')
        .Select(line => line.Split('=', 2))
        .Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static string OwnBootId() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";
}
