using System.Globalization;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Shell for root that brings packages to a machine and takes them away.</summary>
public static class PackageScript
{
    /// <summary>Begins a line that tells a package and its version.</summary>
    public const string Marker = "INSTALLED ";

    /// <summary>Installs, and tells the versions of the project's packages.</summary>
    /// <param name="options">What to install.</param>
    /// <param name="target">For which machine.</param>
    /// <param name="build">The build; null takes what the machine's sources have.</param>
    public static string Install(InstallOptions options, BuildTarget target, PackageBuild? build) => IsDeb(target) ? AptScript.Install(options, target, build) : RpmScript.Install(options, target, build);

    /// <summary>Brings packages that are there to a build.</summary>
    /// <param name="options">Which packages.</param>
    /// <param name="target">For which machine.</param>
    /// <param name="build">The build; null takes what the machine's sources have.</param>
    public static string Upgrade(InstallOptions options, BuildTarget target, PackageBuild? build) => IsDeb(target) ? AptScript.Install(options, target, build) : RpmScript.Upgrade(options, target, build);

    /// <summary>Removes the packages and the sources.</summary>
    /// <param name="options">What was installed.</param>
    /// <param name="target">For which machine.</param>
    public static string Remove(InstallOptions options, BuildTarget target) => IsDeb(target) ? AptScript.Remove(options, target) : RpmScript.Remove(options, target);

    /// <summary>Tells a version as <c>INSTALLED</c> and the one that the machine's sources would give as <c>CANDIDATE</c>.</summary>
    public static string Versions(string package, BuildTarget target) => IsDeb(target)
        ? $"dpkg-query -W -f='INSTALLED ${{Version}}\\n' {package} || :\napt-cache policy {package} | sed -n 's/^  Candidate: /CANDIDATE /p'\n"
        : $"rpm -q {package} --qf 'INSTALLED %{{VERSION}}-%{{RELEASE}}\\n' || :\n";

    /// <summary>Ends with 0 when one version is greater than another, by the package tools' own order.</summary>
    public static string IsGreater(string left, string right, BuildTarget target) => IsDeb(target)
        ? $"dpkg --compare-versions {ShellQuote.Quote(left)} gt {ShellQuote.Quote(right)}"
        : string.Create(CultureInfo.InvariantCulture, $"[ {ShellQuote.Quote(left)} != {ShellQuote.Quote(right)} ] && [ \"$(printf '%s\\n' {ShellQuote.Quote(left)} {ShellQuote.Quote(right)} | sort -V | tail -n 1)\" = {ShellQuote.Quote(left)} ]");

    internal static string Write(string path, string text) => $"printf %s {ShellQuote.Quote(text)} >{path}\n";

    private static bool IsDeb(BuildTarget target) => target.Os.PackageType == "deb";
}
