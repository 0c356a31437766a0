using System.Reflection;

namespace Teuthology.Tasks;

/// <summary>The shell functions of <see cref="KernelScript"/>, which are files of their own beside it.</summary>
internal static class KernelTools
{
    /// <summary>Function <c>newest META-PACKAGE</c>.</summary>
    public static string Apt { get; } = Read("apt-kernel.sh");

    /// <summary>Installs the newest <c>kernel</c>.</summary>
    public static string YumKernel { get; } = Read("yum-kernel.sh");

    /// <summary>Clones or updates <c>$url</c>.</summary>
    public static string Firmware { get; } = Read("firmware.sh");

    /// <summary>Function <c>select_kernel RELEASE</c>.</summary>
    public static string DebGrub { get; } = Read("grub-deb.sh");

    /// <summary>Functions <c>select_kernel RELEASE</c> and <c>make_initrd PACKAGE RELEASE</c>.</summary>
    public static string RpmGrub { get; } = Read("grub-rpm.sh");

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Kernel." + name)!);
        return reader.ReadToEnd();
    }
}
