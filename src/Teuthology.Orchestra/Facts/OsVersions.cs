namespace Teuthology.Orchestra;

/// <summary>Codenames of distributions' versions, and the version of each that jobs get unless they say.</summary>
public static class OsVersions
{
    private static readonly Dictionary<string, Dictionary<string, string>> Codenames = new(StringComparer.Ordinal)
    {
        ["ubuntu"] = Table("26.04 resolute 24.04 noble 22.04 jammy 20.04 focal 18.04 bionic 17.10 artful 17.04 zesty 16.10 yakkety 16.04 xenial 15.10 wily 15.04 vivid 14.10 utopic 14.04 trusty 13.10 saucy 12.04 precise"),
        ["debian"] = Table("7 wheezy 8 jessie 9 stretch 10 buster 11 bullseye 12 bookworm 13 trixie"),
        ["rhel"] = Table("9 plow 8 ootpa 7 maipo 6 santiago"),
        ["alma"] = Table("8.10 alma 9.7 alma 9.8 alma 10.1 alma 10.2 alma"),
        ["rocky"] = Table("8.10 rocky 9.7 rocky 9.8 rocky 10.1 rocky 10.2 rocky 8 rocky 9 rocky 10 rocky"),
        ["centos"] = Table("10 stream 9 stream 8 core 7 core 6 core"),
        ["fedora"] = Table("28 28 27 27 26 26 25 25 24 24 23 23 22 22 21 21 20 heisenbug"),
        ["opensuse"] = Table("1.0 tumbleweed 15.0 leap 15.1 leap 15.2 leap 15.3 leap 15.4 leap 15.5 leap 15.6 leap 16.0 leap 16.1 leap 42.3 leap"),
        ["sle"] = Table("12.1 sle 12.2 sle 12.3 sle 15.0 sle 15.1 sle 15.2 sle 15.3 sle 15.4 sle 15.5 sle 15.6 sle 15.7 sle 16.0 sle"),
    };

    private static readonly Dictionary<string, string> Defaults = Table(
        "ubuntu 22.04 fedora 25 centos 9.stream opensuse 15.6 sle 15.2 rhel 8.6 rocky 9.7 alma 9.7 debian 8.0");

    /// <summary>The version of a distribution that a job without <c>os_version</c> gets; null for an unknown one.</summary>
    /// <param name="name">In upstream's names, see <see cref="OsFacts.Name"/>.</param>
    public static string? DefaultOf(string name) => Defaults.GetValueOrDefault(name);

    /// <summary>The codename of a version, taken exactly or by its part before the dot.</summary>
    /// <param name="name">Distribution.</param>
    /// <param name="version">Such as 22.04 or 9.3.</param>
    /// <exception cref="TeuthologyException">None is known.</exception>
    public static string CodenameOf(string name, string version) =>
        FindCodename(name, version) ?? throw new TeuthologyException(FailureKind.Configuration, $"No codename found for {name} {version} !");

    /// <summary>As <see cref="CodenameOf"/>, but null where none is known.</summary>
    /// <param name="name">Distribution.</param>
    /// <param name="version">Such as 22.04 or 9.3.</param>
    public static string? FindCodename(string name, string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var known = Codenames.GetValueOrDefault(name);
        var major = version.Split('.')[0];
        return known?.Where(pair => pair.Key == version || pair.Key == major).Select(pair => pair.Value).FirstOrDefault();
    }

    /// <summary>The first version, in upstream's order, that has a codename.</summary>
    /// <param name="name">Distribution.</param>
    /// <param name="codename">Such as jammy.</param>
    /// <exception cref="TeuthologyException"><c>No version found for NAME CODENAME !</c></exception>
    public static string VersionOf(string name, string codename) =>
        FindVersion(name, codename) ?? throw new TeuthologyException(FailureKind.Configuration, $"No version found for {name} {codename} !");

    /// <summary>As <see cref="VersionOf"/>, but null where none is known.</summary>
    /// <param name="name">Distribution.</param>
    /// <param name="codename">Such as jammy.</param>
    public static string? FindVersion(string name, string codename) =>
        Codenames.GetValueOrDefault(name)?.Where(pair => pair.Value == codename).Select(pair => pair.Key).FirstOrDefault();

    /// <summary>Version and codename from either of them; upstream's <c>version_codename</c>.</summary>
    /// <param name="name">Distribution.</param>
    /// <param name="either">A version or a codename.</param>
    /// <exception cref="TeuthologyException"><c>X not a NAME version or codename</c>.</exception>
    public static (string Version, string Codename) Complete(string name, string either)
    {
        ArgumentException.ThrowIfNullOrEmpty(either);
        if (FindVersion(name, either) is { } version)
            return (version, either);
        return FindCodename(name, either) is { } codename
            ? (either, codename)
            : throw new TeuthologyException(FailureKind.Configuration, $"{either} not a {name} version or codename");
    }

    /// <summary><c>rpm</c> or <c>deb</c> by a distribution's name alone; what is unknown counts as <c>deb</c>, and so do alma and rocky, as upstream's <c>get_pkg_type</c>.</summary>
    /// <param name="name">In upstream's names.</param>
    public static string PackageTypeOf(string name) => name is "centos" or "fedora" or "opensuse" or "rhel" or "sle" ? "rpm" : "deb";

    /// <summary>The distribution of a job; upstream's <c>get_distro</c>.</summary>
    /// <param name="asked">What the command line says, or null.</param>
    /// <param name="configured"><c>os_type</c> of the job, or null.</param>
    public static string DistributionOf(string? asked, string? configured) =>
        !string.IsNullOrEmpty(asked) ? asked : !string.IsNullOrEmpty(configured) ? configured : "ubuntu";

    /// <summary>The version of a job's distribution; upstream's <c>get_distro_version</c>.</summary>
    /// <param name="distribution">Of <see cref="DistributionOf"/>.</param>
    /// <param name="asked">What the command line says, or null.</param>
    /// <param name="configured"><c>os_version</c> of the job, or null.</param>
    /// <exception cref="TeuthologyException">None is given, and the distribution has no default.</exception>
    public static string DistributionVersionOf(string distribution, string? asked, string? configured) =>
        asked ?? configured ?? DefaultOf(distribution) ?? throw new TeuthologyException(FailureKind.Configuration, $"'{distribution}' has no default version: set os_version");

    private static Dictionary<string, string> Table(string pairs) =>
        pairs.Split(' ').Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
