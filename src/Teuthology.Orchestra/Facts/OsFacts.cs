namespace Teuthology.Orchestra;

/// <summary>An operating system in upstream's names.</summary>
/// <param name="Name">ubuntu, debian, alma, rocky, fedora, rhel, centos, opensuse, sle; others as os-release calls them.</param>
/// <param name="Version">Such as 12, 22.04 or 9.stream.</param>
/// <param name="Codename">Such as bookworm; empty where the system tells none.</param>
public sealed record OsFacts(string Name, string Version, string Codename)
{
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["sles"] = "sle",
        ["opensuse-leap"] = "opensuse",
        ["opensuse-tumbleweed"] = "opensuse",
        ["almalinux"] = "alma",
    };

    /// <summary><c>deb</c> or <c>rpm</c>.</summary>
    /// <exception cref="TeuthologyException">The distribution is none of the known ones.</exception>
    public string PackageType => Name switch
    {
        "ubuntu" or "debian" => "deb",
        "alma" or "rocky" or "fedora" or "rhel" or "centos" or "opensuse" or "sle" => "rpm",
        _ => throw new TeuthologyException(FailureKind.Configuration, $"No kind of packages is known for the distribution '{Name}'"),
    };

    /// <summary>Reads <c>/etc/os-release</c> (os-release(5)).</summary>
    /// <param name="text">Content of the file.</param>
    public static OsFacts FromOsRelease(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Split('=', 2) is [var key, var value])
                fields[key.Trim()] = value.Trim().Trim('"', '\'');
        }

        var id = fields.GetValueOrDefault("ID", "").ToLowerInvariant();
        var name = Renamed.GetValueOrDefault(id, id);
        var version = fields.GetValueOrDefault("VERSION_ID", "");
        if (name == "centos" && int.TryParse(version.Split('.')[0], out var major) && major >= 8)
            version += ".stream";
        return Of(name, version, fields.GetValueOrDefault("VERSION_CODENAME", ""));
    }

    /// <summary>Reads what <c>lsb_release -a</c> prints, of hosts that have no os-release(5).</summary>
    /// <param name="text">Its output.</param>
    public static OsFacts FromLsbRelease(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = text.Split('\n').Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim(' ', '\t', '"', '\'', '\r'), StringComparer.Ordinal);
        var id = fields["Distributor ID"].FirstOrDefault("");
        var name = id == "RedHatEnterpriseServer" ? "rhel"
            : id.StartsWith("openSUSE", StringComparison.Ordinal) ? "opensuse"
            : id.StartsWith("SUSE", StringComparison.Ordinal) ? "sle"
            : id.ToLowerInvariant();
        return Of(name, fields["Release"].FirstOrDefault(""), fields["Codename"].FirstOrDefault("").ToLowerInvariant());
    }

    /// <summary>What the system tells, and what upstream's table has of the rest.</summary>
    private static OsFacts Of(string name, string version, string codename)
    {
        if (version.Length == 0 && codename.Length > 0)
            version = OsVersions.FindVersion(name, codename) ?? "";
        if (codename.Length == 0)
            codename = OsVersions.FindCodename(name, version) ?? "";
        return new OsFacts(name, version, codename);
    }

    /// <summary>Upstream's comparison: same name, and versions equal without <c>.stream</c>; a version without minor matches any minor.</summary>
    /// <param name="other">Another system.</param>
    public bool IsSame(OsFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (mine, its) = (Plain(Version), Plain(other.Version));
        return string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase) && (mine == its
            || (!mine.Contains('.') && its.Split('.')[0] == mine)
            || (!its.Contains('.') && mine.Split('.')[0] == its));
    }

    /// <summary>As upstream shows it: <c>ubuntu 22.04</c>.</summary>
    public override string ToString() => $"{Name} {Version}".Trim();

    private static string Plain(string version) => version.ToLowerInvariant() is var plain && plain.EndsWith(".stream", StringComparison.Ordinal) ? plain[..^".stream".Length] : plain;
}
