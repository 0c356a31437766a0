using System.Text.RegularExpressions;

namespace Teuthology.Orchestra;

/// <summary>Packages of a host's own distribution: apt for <c>deb</c>, and zypper, dnf or yum, whichever is there, for <c>rpm</c>; upstream's <c>packaging</c>.</summary>
public static partial class RemotePackages
{
    private const string RpmTool = "t=$(command -v zypper || command -v dnf || command -v yum) || { echo 'there is no zypper, dnf or yum' >&2; exit 127; }\n";

    private static readonly Dictionary<string, (string? Deb, string? Rpm)> Names = new(StringComparer.Ordinal) { ["sqlite"] = ("sqlite3", null) };

    private static readonly Dictionary<string, (string? Deb, string? Rpm)> Services = new(StringComparer.Ordinal) { ["httpd"] = ("apache2", "httpd") };

    /// <summary>Installs a package. Its repository must be set up already.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="package">Its name, or <c>name=version</c> with apt.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be installed.</exception>
    /// <exception cref="UnsupportedPackageTypeException">The host has other packages.</exception>
    public static async Task InstallPackageAsync(this Remote remote, string package, CancellationToken ct)
    {
        var isDeb = await IsDebAsync(remote, ct);
        RemoteLog.Note(remote.Log, $"Installing package {package} on {remote}");
        await RunAsync(remote, isDeb ? $"{Apt("install", package)}" : $"{RpmTool}case $t in *zypper) exec $t -n install {Quoted(package)} ;; *) exec $t -y install {Quoted(package)} ;; esac", ct);
    }

    /// <summary>Removes a package, with its configuration where apt has it.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="package">Its name.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be removed.</exception>
    /// <exception cref="UnsupportedPackageTypeException">The host has other packages.</exception>
    public static async Task RemovePackageAsync(this Remote remote, string package, CancellationToken ct) => await RunAsync(
        remote,
        await IsDebAsync(remote, ct) ? Apt("purge", package) : $"{RpmTool}case $t in *zypper) exec $t -n remove {Quoted(package)} ;; *) exec $t -y erase {Quoted(package)} ;; esac",
        ct);

    /// <summary>Version of a package as the host has it installed, rpm's with its release; null when it is not. Upstream's <c>get_package_version</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="package">Its name.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="UnsupportedPackageTypeException">The host has other packages.</exception>
    public static async Task<string?> PackageVersionAsync(this Remote remote, string package, CancellationToken ct)
    {
        var query = await IsDebAsync(remote, ct)
            ? RemoteCommand.Args("dpkg-query", "-W", "-f", "${Version}", package)
            : RemoteCommand.Args("rpm", "-q", package, "--qf", "%{VERSION}-%{RELEASE}");
        var answer = await remote.RunAsync(query with { CheckStatus = false, Quiet = true }, ct);
        var version = answer.Stdout.Trim();
        if (answer.ExitStatus != 0)
            RemoteLog.Warn(remote.Log, $"Unable to determine if {package} is installed: {version}");
        if (answer.ExitStatus != 0 || !VersionLike().IsMatch(version))
            return null;
        RemoteLog.Note(remote.Log, $"The installed version of {package} is {version}");
        return version;
    }

    /// <summary>Whether a package is installed in full.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="package">Its name.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="UnsupportedPackageTypeException">The host has other packages.</exception>
    public static async Task<bool> IsInstalledAsync(this Remote remote, string package, CancellationToken ct)
    {
        var query = await IsDebAsync(remote, ct) ? $"dpkg-query -W -f '${{db:Status-Status}}' {Quoted(package)} 2>/dev/null | grep -qx installed" : $"rpm -q {Quoted(package)}";
        return (await remote.RunAsync(RemoteCommand.Posix(query) with { CheckStatus = false, Quiet = true }, ct)).ExitStatus == 0;
    }

    /// <summary>Name that a package of a general name has on a host; null when it is not known or shall not be installed there. Upstream's <c>get_package_name</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="package">General name: <c>sqlite</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="UnsupportedPackageTypeException">The host has other packages.</exception>
    public static Task<string?> PackageNameAsync(this Remote remote, string package, CancellationToken ct) => NameAsync(Names, remote, package, ct);

    /// <summary>Name that a service of a general name has on a host, or null; upstream's <c>get_service_name</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="service">General name: <c>httpd</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="UnsupportedPackageTypeException">The host has other packages.</exception>
    public static Task<string?> ServiceNameAsync(this Remote remote, string service, CancellationToken ct) => NameAsync(Services, remote, service, ct);

    private static async Task<string?> NameAsync(Dictionary<string, (string? Deb, string? Rpm)> known, Remote remote, string name, CancellationToken ct) =>
        await IsDebAsync(remote, ct) ? known.GetValueOrDefault(name).Deb : known.GetValueOrDefault(name).Rpm;

    private static async Task<bool> IsDebAsync(Remote remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var os = (await remote.Facts.GetAsync(ct)).Os;
        try
        {
            return os.PackageType == "deb";
        }
        catch (TeuthologyException)
        {
            throw new UnsupportedPackageTypeException(remote, os.Name);
        }
    }

    private static string Apt(string order, string package) =>
        $"DEBIAN_FRONTEND=noninteractive exec apt-get -y -o DPkg::Lock::Timeout=300 --allow-downgrades {order} {Quoted(package)}";

    private static string Quoted(string package) => ShellQuote.Quote(package.StartsWith('-') ? throw new ArgumentException($"'{package}' cannot be the name of a package", nameof(package)) : package);

    private static Task<CommandResult> RunAsync(Remote remote, string script, CancellationToken ct) =>
        remote.RunAsync(RemoteCommand.Posix(script) with { Sudo = true, Label = "packages" }, ct);

    [GeneratedRegex("^[^a-zA-Z]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionLike();
}
