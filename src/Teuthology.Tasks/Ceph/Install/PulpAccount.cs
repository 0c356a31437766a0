using System.Text;
using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>A Pulp server and who may ask it, by the keys <c>endpoint</c>, <c>username</c>, <c>password</c> and <c>force_noarch</c> of <c>pulp</c>.</summary>
/// <param name="Endpoint">Address of its API, with a slash at its end.</param>
/// <param name="Noarch">Ask for builds for any processor.</param>
public sealed record PulpAccount(string Endpoint, bool Noarch)
{
    /// <summary>Value of the header that a request needs (RFC 7617).</summary>
    public required string Authorization { get; init; }

    /// <summary>Reads the account.</summary>
    /// <param name="map">The keys.</param>
    /// <param name="wrong">Makes the error for a message.</param>
    /// <exception cref="ConfigurationException">The address, the name or the password is missing.</exception>
    public static PulpAccount Read(YamlMap map, Func<string, ConfigurationException> wrong)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(wrong);
        if (map.Get("username") is not string { Length: > 0 } user || map.Get("password") is not string { Length: > 0 } password)
            throw wrong("Pulp username and password are required");
        if (map.Get("endpoint") is not string endpoint)
            throw wrong("'pulp.endpoint' is missing; it must be the address of a Pulp's API");
        return new PulpAccount(endpoint.TrimEnd('/') + "/", map.Get("force_noarch") is true)
        {
            Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")),
        };
    }

    /// <summary>Address of a search.</summary>
    /// <param name="target">For what.</param>
    /// <param name="reference">Which build.</param>
    public string SearchUrl(BuildTarget target, BuildReference reference)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(reference);
        var labels = $"project={target.Project},flavors={target.Flavor},distro={target.Os.Name},distro_version={target.Distro.Split('/')[1]},"
            + $"arch={(Noarch ? "noarch" : target.Arch)},{reference.Kind}={reference.Value}";
        return $"{Endpoint}distributions/{(target.Os.PackageType == "rpm" ? "rpm/rpm" : "deb/apt")}?pulp_label_select={Uri.EscapeDataString(labels)}";
    }

    /// <summary>The newest build of an answer; null when there is none.</summary>
    /// <param name="target">For what.</param>
    /// <param name="answer">The answer, JSON.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">It lacks what such an answer has.</exception>
    public PackageBuild? Newest(BuildTarget target, string answer)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var document = JsonDocument.Parse(answer);
        var found = document.RootElement.GetProperty("results").EnumerateArray()
            .OrderByDescending(r => r.TryGetProperty("pulp_created", out var created) ? created.GetString() : "", StringComparer.Ordinal).ToList();
        if (found.Count == 0)
            return null;
        var labels = found[0].GetProperty("pulp_labels");
        var address = new Uri(new Uri(Endpoint), found[0].GetProperty("base_url").GetString());
        var own = address.ToString().TrimEnd('/');

        // The distribution of one processor; a release has several side by side.
        var release = own[..own.LastIndexOf('/')];
        return new PackageBuild(target.Os.PackageType == "rpm" ? release : own, labels.GetProperty("version").GetString()!, Repository(target, own, release))
        {
            Commit = labels.TryGetProperty("sha1", out var commit) ? commit.GetString() : null,
        };
    }

    private static string? Repository(BuildTarget target, string own, string release)
    {
        if (target.Os.PackageType == "deb")
            return $"deb [trusted=yes] {own}/   default all\n";
        return target.IsSuse ? null : Section("Ceph", "packages", "$basearch") + Section("Ceph-noarch", "noarch packages", "noarch") + Section("ceph-source", "source packages", "SRPMS");

        string Section(string name, string what, string directory) =>
            $"[{name}]\nname=Ceph {what}\nbaseurl={release}/{directory}\nenabled=1\ngpgcheck=0\ntype=rpm-md\n\n";
    }
}
