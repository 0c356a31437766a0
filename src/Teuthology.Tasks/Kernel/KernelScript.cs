using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Shell for root that brings a kernel to a host of either kind of packages, up to the reboot.</summary>
public static class KernelScript
{
    /// <summary>Begins the line that tells a release.</summary>
    public const string Marker = "KERNEL ";

    /// <summary>Prints what runs, the boot, and whether the host is a container's.</summary>
    public const string Running = "uname -r; cat /proc/sys/kernel/random/boot_id";

    /// <summary>Where a package is put on a host, as upstream names it.</summary>
    /// <param name="os">The host's system.</param>
    public static string PackagePath(OsFacts os)
    {
        ArgumentNullException.ThrowIfNull(os);
        return os.PackageType == "deb" ? "/tmp/linux-image.deb" : "/tmp/kernel.x86_64.rpm";
    }

    /// <summary>Installs the distribution's newest kernel and tells its release.</summary>
    /// <param name="os">The host's system.</param>
    /// <param name="hwe">On Ubuntu: the kernel of the hardware enablement stack.</param>
    public static string Distribution(OsFacts os, bool hwe)
    {
        ArgumentNullException.ThrowIfNull(os);
        return os.Name switch
        {
            "debian" or "ubuntu" => KernelTools.Apt + (os.Name == "debian" ? "newest \"linux-image-$(dpkg --print-architecture)\"\n" : $"newest linux-image-generic{(hwe ? "-hwe-" + os.Version : "")}\n"),
            "opensuse" or "sle" => "set -e\nzypper --non-interactive install kernel-default\n" + Newest("kernel-default"),
            _ => KernelTools.YumKernel + Newest("kernel"),
        };
    }

    /// <summary>Brings linux-firmware up to date.</summary>
    /// <param name="os">The host's system.</param>
    /// <param name="gitUrl">Its repository, for hosts with debs.</param>
    public static string Firmware(OsFacts os, string gitUrl)
    {
        ArgumentNullException.ThrowIfNull(os);
        return IsSuse(os) ? "exec zypper --non-interactive install kernel-firmware-all\n"
            : os.PackageType == "rpm" ? "exec yum upgrade -y linux-firmware\n"
            : $"url={ShellQuote.Quote(gitUrl)}\n{KernelTools.Firmware}";
    }

    /// <summary>Fetches a package.</summary>
    /// <param name="os">The host's system.</param>
    /// <param name="url">Its address.</param>
    public static string Fetch(OsFacts os, string url) =>
        $"set -e\nrm -f {PackagePath(os)}\nif command -v wget >/dev/null; then exec wget -nv -O {PackagePath(os)} -- {ShellQuote.Quote(url)}; fi\nexec curl -fsSL -o {PackagePath(os)} -- {ShellQuote.Quote(url)}\n";

    /// <summary>Installs the package at <see cref="PackagePath"/> and makes its kernel the one that the next boot takes; tells its release.</summary>
    /// <param name="os">The host's system.</param>
    public static string Install(OsFacts os)
    {
        ArgumentNullException.ThrowIfNull(os);
        var path = PackagePath(os);
        return os.PackageType == "deb"
            ? $"{KernelTools.DebGrub}release=$(dpkg-deb -c {path} | sed -n 's,.*/lib/modules/\\(.*\\)/modules\\.order$,\\1,p')\n"
                + $"[ -n \"$release\" ] || {{ echo 'no kernel is in the package: it has no modules.order' >&2; exit 1; }}\ndpkg -i {path}\nselect_kernel \"$release\"\nrm -f {path}\necho \"{Marker}$release\"\n"
            : $"{KernelTools.RpmGrub}release=$(rpm -qlp {path} | sed -n 's,.*/lib/modules/\\(.*\\)/modules\\.order$,\\1,p')\n"
                + $"[ -n \"$release\" ] || {{ echo 'no kernel is in the package: it has no modules.order' >&2; exit 1; }}\nrpm -ivh --oldpackage --replacefiles --replacepkgs {path}\n"
                + (IsSuse(os) ? "" : $"make_initrd {path} \"$release\"\nselect_kernel \"$release\"\n") + $"echo \"{Marker}$release\"\n";
    }

    /// <summary>Makes an installed kernel the one that the next boot takes.</summary>
    /// <param name="os">The host's system.</param>
    /// <param name="release">As <c>uname -r</c> will say it.</param>
    public static string Select(OsFacts os, string release)
    {
        ArgumentNullException.ThrowIfNull(os);
        return os.PackageType == "deb" ? $"{KernelTools.DebGrub}select_kernel {ShellQuote.Quote(release)}\n"
            : IsSuse(os) ? ":\n" // its package selects itself
            : $"{KernelTools.RpmGrub}select_kernel {ShellQuote.Quote(release)}\n";
    }

    /// <summary>Switches the kernel's debugger at the serial console on or off; a kernel without one is no error.</summary>
    /// <param name="on">On or off.</param>
    /// <param name="host">The host's name; machines called mira have another console.</param>
    public static string Debugger(bool on, string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var device = on ? host.Contains("mira", StringComparison.Ordinal) ? "ttyS2" : "ttyS1" : "";
        return $"echo {device} 2>/dev/null >/sys/module/kgdboc/parameters/kgdboc || echo 'Kernel does not support kdb' >&2\n";
    }

    private static bool IsSuse(OsFacts os) => os.Name is "opensuse" or "sle";

    private static string Newest(string package) =>
        $"rpm -q {package} | grep -v ceph | sort -rV | sed -n '1s/^{package}-/{Marker}/p'\n";
}
