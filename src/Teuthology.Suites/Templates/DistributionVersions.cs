namespace Teuthology.Suites;

/// <summary>Versions of distributions and their code names.</summary>
public static class DistributionVersions
{
    private static readonly Dictionary<string, (string Version, string Codename)[]> Known = new(StringComparer.Ordinal)
    {
        ["ubuntu"] =
        [
            ("26.04", "resolute"), ("24.04", "noble"), ("22.04", "jammy"), ("20.04", "focal"), ("18.04", "bionic"), ("17.10", "artful"), ("17.04", "zesty"),
            ("16.10", "yakkety"), ("16.04", "xenial"), ("15.10", "wily"), ("15.04", "vivid"), ("14.10", "utopic"), ("14.04", "trusty"), ("13.10", "saucy"), ("12.04", "precise"),
        ],
        ["debian"] = [("7", "wheezy"), ("8", "jessie"), ("9", "stretch"), ("10", "buster"), ("11", "bullseye"), ("12", "bookworm"), ("13", "trixie")],
        ["rhel"] = [("9", "plow"), ("8", "ootpa"), ("7", "maipo"), ("6", "santiago")],
        ["alma"] = Each("alma", "8.10", "9.7", "9.8", "10.1", "10.2"),
        ["rocky"] = Each("rocky", "8.10", "9.7", "9.8", "10.1", "10.2", "8", "9", "10"),
        ["centos"] = [("10", "stream"), ("9", "stream"), ("8", "core"), ("7", "core"), ("6", "core")],
        ["fedora"] = [.. Enumerable.Range(21, 8).Reverse().Select(n => ($"{n}", $"{n}")), ("20", "heisenbug")],
        ["opensuse"] = [("1.0", "tumbleweed"), .. Each("leap", "15.0", "15.1", "15.2", "15.3", "15.4", "15.5", "15.6", "16.0", "16.1", "42.3")],
        ["sle"] = Each("sle", "12.1", "12.2", "12.3", "15.0", "15.1", "15.2", "15.3", "15.4", "15.5", "15.6", "15.7", "16.0"),
    };

    /// <summary>The version that a user means by a version or a code name.</summary>
    /// <param name="distribution">Name in lower case, <c>ubuntu</c>.</param>
    /// <param name="versionOrCodename"><c>22.04</c>, or <c>jammy</c>: of several with one code name the newest, as upstream.</param>
    /// <exception cref="ConfigurationException">Neither is known.</exception>
    public static string Version(string distribution, string versionOrCodename)
    {
        var known = Known.GetValueOrDefault(distribution, []);
        if (known.FirstOrDefault(v => v.Codename == versionOrCodename) is { Version: { } version })
            return version;
        var major = versionOrCodename.Split('.')[0];
        if (known.Any(v => v.Version == versionOrCodename || v.Version == major))
            return versionOrCodename;
        var choice = known.Length == 0 ? $"distributions: {string.Join(' ', Known.Keys)}" : $"known: {string.Join(' ', known.Select(v => v.Version))}";
        throw new ConfigurationException($"{versionOrCodename} not a {distribution} version or codename; {choice}");
    }

    private static (string Version, string Codename)[] Each(string codename, params string[] versions) => [.. versions.Select(v => (v, codename))];
}
