using System.Globalization;

namespace Teuthology.Lab;

/// <summary>What the host must have for a root lab.</summary>
internal static class RootHost
{
    private const int NetAdmin = 12;
    private const int SysChroot = 18;
    private const int SysAdmin = 21;

    private static readonly (string Program, string Package)[] Programs =
        [("ip", "iproute2"), ("unshare", "util-linux"), ("setpriv", "util-linux"), ("flock", "util-linux"), ("dpkg-deb", "dpkg"), ("apt-get", "apt")];

    /// <summary>Why there can be no root lab here, with the remedy; null when there can.</summary>
    public static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "the root lab needs Linux";
        if (!Environment.IsPrivilegedProcess)
            return "the root lab needs root: run as root (sudo)";
        if (!HasCapabilities(NetAdmin, SysChroot, SysAdmin))
            return "root lacks CAP_SYS_ADMIN, CAP_NET_ADMIN or CAP_SYS_CHROOT here: run outside the container, or start it with --privileged";
        if (!HasOverlay())
            return "this kernel has no overlay file system: modprobe overlay";
        if (HostSystem.Read() is var (system, _) && system != "debian")
            return $"this host runs {system}; the image of the root lab is made from a Debian host's package sources";
        if (Missing() is { Length: > 0 } missing && ToolRun.Find("apt-get") is null)
            return $"missing programs: {string.Join(' ', missing)}";
        return null;
    }

    /// <summary>Installs what is missing.</summary>
    public static async Task EnsureProgramsAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var packages = Missing();
        if (packages.Length == 0)
            return;
        var names = string.Join(' ', packages);
        progress?.Report($"installing on this host: {names}");
        string[] install = ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", .. packages];
        try
        {
            await ToolRun.RunAsync("apt-get", install, cancellationToken);
        }
        catch (TeuthologyException)
        {
            // A fresh machine has no package lists yet
            await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "update", "-q"], cancellationToken);
            await ToolRun.RunAsync("apt-get", install, cancellationToken);
        }

        if (Missing() is { Length: > 0 } still)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the lab needs programs that are still missing; install them: apt-get install {string.Join(' ', still)}");
    }

    /// <summary>Debian release of this host, e.g. <c>bookworm</c>.</summary>
    public static string Suite() => File.ReadLines("/etc/os-release")
        .Where(line => line.StartsWith("VERSION_CODENAME=", StringComparison.Ordinal))
        .Select(line => line["VERSION_CODENAME=".Length..].Trim('"'))
        .FirstOrDefault("stable");

    private static string[] Missing() => [.. Programs.Where(p => ToolRun.Find(p.Program) is null).Select(p => p.Package).Distinct(StringComparer.Ordinal)];

    private static bool HasCapabilities(params int[] bits)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        var effective = ulong.Parse(line["CapEff:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return bits.All(bit => (effective >> bit & 1) == 1);
    }

    // Not listed but loadable: the first mount loads the module
    private static bool HasOverlay() => File.ReadLines("/proc/filesystems").Any(l => l.EndsWith("\toverlay", StringComparison.Ordinal))
        || Directory.Exists(Path.Combine("/lib/modules", File.ReadAllText("/proc/sys/kernel/osrelease").Trim()));
}
