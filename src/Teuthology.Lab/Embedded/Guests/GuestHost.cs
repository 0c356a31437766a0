using System.Runtime.InteropServices;

namespace Teuthology.Lab;

/// <summary>What the host must have for virtual machines of the embedded lab.</summary>
internal static class GuestHost
{
    /// <summary>Told where the lab is of another kind than root's.</summary>
    public const string OnlyRoot = "the root lab has some: run as root, with TEUTHOLOGY_LAB=root or auto";

    /// <summary>How to get more of them.</summary>
    public const string More = "TEUTHOLOGY_LAB_VMS sets how many";

    private const string Program = "qemu-system-x86_64";
    private const string Package = "qemu-system-x86";

    /// <summary>Why there can be none here, with the remedy; null when there can.</summary>
    public static string? Obstacle()
    {
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            return "virtual machines of the embedded lab are for x86-64 hosts";
        if (!File.Exists("/dev/net/tun"))
            return "this host has no /dev/net/tun, which joins virtual machines to the lab's network: modprobe tun";
        return ToolRun.Find(Program) is null && ToolRun.Find("apt-get") is null ? $"missing program: {Program}" : null;
    }

    /// <summary>Installs what is missing.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be installed.</exception>
    public static async Task EnsureProgramsAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (ToolRun.Find(Program) is not null)
            return;
        progress?.Report($"installing on this host: {Package}");
        await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", Package], cancellationToken);
    }
}
