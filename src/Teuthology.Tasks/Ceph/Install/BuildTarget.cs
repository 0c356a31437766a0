using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>What a build is for, and how the builders' indexes spell that.</summary>
/// <param name="Project">E.g. <c>ceph</c>.</param>
/// <param name="Flavor">E.g. <c>default</c>.</param>
/// <param name="Os">Operating system.</param>
/// <param name="Arch">As <c>uname -m</c> tells it.</param>
public sealed record BuildTarget(string Project, string Flavor, OsFacts Os, string Arch)
{
    /// <summary>Address of a build at a gitbuilder; <c>{…}</c> are filled in.</summary>
    public const string GitbuilderTemplate = "http://{host}/{proj}-{pkg_type}-{dist}-{arch}-{flavor}/{uri}";

    /// <summary>The system as gitbuilder's addresses name it: the codename of a Debian or Ubuntu, else name and major version (<c>centos9</c>, also for RHEL).</summary>
    /// <exception cref="TeuthologyException">Kind Configuration: a Debian or Ubuntu without a codename.</exception>
    public string Dist => Os.PackageType != "deb" ? Family + Major
        : Os.Codename.Length > 0 ? Os.Codename
        : throw new TeuthologyException(FailureKind.Configuration, $"No codename found for: {Os.Name} {Os.Version}");

    /// <summary>The system as shaman searches for it: <c>ubuntu/22.04</c>, <c>centos/9</c>.</summary>
    public string Distro => $"{Family}/{(Os.Name is "centos" or "rhel" or "alma" or "rocky" ? Major : Os.Version)}";

    /// <summary>The system as release packages name it: <c>el9</c>, <c>fc40</c>, else its own name.</summary>
    public string Release => Os.Name switch
    {
        "centos" or "rhel" or "alma" or "rocky" => "el" + Major,
        "fedora" => "fc" + Major,
        _ => Os.Name,
    };

    /// <summary>Whether zypper is its package tool.</summary>
    public bool IsSuse => Os.Name is "opensuse" or "sle";

    private string Family => Os.Name == "rhel" ? "centos" : Os.Name;

    private string Major => Os.Version.Split('.')[0];

    /// <summary>Address of a build at a gitbuilder.</summary>
    /// <param name="host">Host, with a port if need be.</param>
    /// <param name="reference">The build.</param>
    /// <param name="template">See <see cref="GitbuilderTemplate"/>.</param>
    public string GitbuilderUrl(string host, BuildReference reference, string template = GitbuilderTemplate) => template
        .Replace("{host}", host, StringComparison.Ordinal)
        .Replace("{proj}", Project, StringComparison.Ordinal)
        .Replace("{pkg_type}", Os.PackageType, StringComparison.Ordinal)
        .Replace("{dist}", Dist, StringComparison.Ordinal)
        .Replace("{arch}", Arch, StringComparison.Ordinal)
        .Replace("{flavor}", Flavor, StringComparison.Ordinal)
        .Replace("{uri}", reference.Path, StringComparison.Ordinal);

    /// <summary>Address of a search at a shaman.</summary>
    /// <param name="endpoint">Address of its API.</param>
    /// <param name="reference">A branch or sha1: shaman knows no tags.</param>
    /// <param name="noarch">Search for builds for any processor.</param>
    public string ShamanUrl(string endpoint, BuildReference reference, bool noarch = false)
    {
        (string Key, string Value)[] query =
        [
            ("status", "ready"), ("project", Project), ("flavor", Flavor), ("distros", $"{Distro}/{(noarch ? "noarch" : Arch)}"),
            (reference.Kind == "sha1" ? "sha1" : "ref", reference.Value),
        ];
        return $"{endpoint.TrimEnd('/')}/search?{string.Join('&', query.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"))}";
    }
}
