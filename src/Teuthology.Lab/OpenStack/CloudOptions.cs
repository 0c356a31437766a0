using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Teuthology.OpenStack;
using Teuthology.Sql;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>How servers of one machine type are made: the type's own keys over those of <c>openstack</c>, upstream's section.</summary>
public sealed record CloudOptions
{
    private static readonly string[] OwnKeys =
    [
        "cloud", "openrc", "region", "name", "machine", "volumes", "network", "security_groups", "floating_network", "availability_zone", "volume_type", "flavor", "flavor_exclude", "images", "user-data",
        "packages", "ssh_keys", "keypair", "key_file", "nameserver", "servers", "boot_timeout", "namespace", "budget", "price", "reuse",
    ];

    // Of upstream's own controller machine; they say nothing of the servers that jobs get.
    private static readonly string[] Upstreams =
        ["clone", "ip", "selfname", "server_name", "server_group", "worker_group", "package_repo", "subnet", "server-create", "volume-create", "machine_types"];

    /// <summary><c>cloud</c>: entry of clouds.yaml; null takes <c>OS_CLOUD</c> or the <c>OS_*</c> variables.</summary>
    public string? Cloud { get; init; }

    /// <summary><c>openrc</c>: file with <c>export OS_…</c> lines; null for none.</summary>
    public string? Openrc { get; init; }

    /// <summary><c>region</c>: part of the cloud; null leaves it to the credentials.</summary>
    public string? Region { get; init; }

    /// <summary><c>name</c>: the cluster's name, which everything of it carries.</summary>
    public string Cluster { get; init; } = "teuthology";

    /// <summary><c>machine</c> and <c>volumes</c>: what servers have at least.</summary>
    public ServerNeeds Needs { get; init; } = ServerNeeds.Default;

    /// <summary><c>network</c>: name or id of the network of the servers; null leaves it to the cloud.</summary>
    public string? Network { get; init; }

    /// <summary><c>security_groups</c>: groups that are there already; empty makes one for the cluster where the cloud knows such groups.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary><c>floating_network</c>: network that gives servers an address outside; null for none.</summary>
    public string? FloatingNetwork { get; init; }

    /// <summary><c>availability_zone</c>.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary><c>volume_type</c>.</summary>
    public string? VolumeType { get; init; }

    /// <summary><c>flavor</c>: patterns of flavours' names, the preferred first; empty for any.</summary>
    public IReadOnlyList<Regex> Flavors { get; init; } = [];

    /// <summary><c>flavor_exclude</c>: patterns of flavours that are never taken.</summary>
    public IReadOnlyList<Regex> FlavorExcludes { get; init; } = [];

    /// <summary><c>images</c>: the cloud's name of a system's image, or where its disk is.</summary>
    internal IReadOnlyList<CloudImage> Images { get; init; } = [];

    /// <summary><c>user-data</c>: the site's own cloud-config, <c>{os_type}</c> and <c>{os_version}</c> standing for the system where it is a file's path.</summary>
    public object? UserData { get; init; }

    /// <summary><c>packages</c>: installed on the first boot.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary><c>ssh_keys</c>: public keys of people.</summary>
    public IReadOnlyList<string> AuthorizedKeys { get; init; } = [];

    /// <summary><c>keypair</c>: a key pair that the cloud has already; null makes one for each run.</summary>
    public string? KeyPair { get; init; }

    /// <summary><c>key_file</c>: private key that opens the servers; null makes one.</summary>
    public string? KeyFile { get; init; }

    /// <summary><c>nameserver</c>: resolver of the servers; null leaves it to the network.</summary>
    public string? Nameserver { get; init; }

    /// <summary><c>servers</c>: how many there may be at once.</summary>
    public int Servers { get; init; } = 20;

    /// <summary><c>boot_timeout</c>: how long a server may take until commands can be run on it.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>namespace</c>: file of the network namespace that servers are reached from; null for the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>budget</c>: server-hours that a run may use; no new server is made after that. Null for no end.</summary>
    public double? Budget { get; init; }

    /// <summary><c>price</c>: what an hour of a flavour costs, by its name; for estimates.</summary>
    public IReadOnlyDictionary<string, double> Prices { get; init; } = new Dictionary<string, double>();

    /// <summary><c>reuse</c>: whether a server that a job gave back is rebuilt for the next job of its run, rather than destroyed.</summary>
    public bool Reuse { get; init; } = true;

    /// <summary>Which controllers share these servers: those that share the store.</summary>
    public string Lab { get; init; } = "";

    /// <summary>Reads them.</summary>
    /// <param name="type">The machine type.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="store">Where the store is: a file of this host's, or a PostgreSQL database.</param>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public static CloudOptions Read(MachineTypeSettings type, SiteConfig site, string store)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(site);
        var shared = new Section(site.All, "").Under("openstack");
        shared.RequireKnown([.. OwnKeys, .. Upstreams]);
        type.Section.RequireKnown([.. MachineTypeTable.CommonKeys, .. OwnKeys]);
        Section At(string key) => type.Keys.ContainsKey(key) ? type.Section : shared;
        return new CloudOptions
        {
            Cloud = At("cloud").Text("cloud"),
            Openrc = At("openrc").Path("openrc"),
            Region = At("region").Text("region"),
            Cluster = ClusterName.Read(At("name").Text("name") ?? "teuthology", At("name").Map.MarkOf("name")),
            Needs = ResourceHints.OfSite(new Section(new YamlMap { ["machine"] = At("machine").Map.Get("machine"), ["volumes"] = At("volumes").Map.Get("volumes"), Mark = shared.Map.Mark }, "openstack")),
            Network = At("network").Text("network"),
            SecurityGroups = At("security_groups").Texts("security_groups"),
            FloatingNetwork = At("floating_network").Text("floating_network"),
            AvailabilityZone = At("availability_zone").Text("availability_zone"),
            VolumeType = At("volume_type").Text("volume_type"),
            Flavors = Patterns(At("flavor"), "flavor"),
            FlavorExcludes = Patterns(At("flavor_exclude"), "flavor_exclude"),
            Images = [.. CloudImage.ReadAll(type.Section.Under("images")), .. CloudImage.ReadAll(shared.Under("images"))],
            UserData = At("user-data").Map.Get("user-data") is string ? At("user-data").Path("user-data") : At("user-data").Map.Get("user-data"),
            Packages = At("packages").Texts("packages"),
            AuthorizedKeys = At("ssh_keys").Texts("ssh_keys"),
            KeyPair = At("keypair").Text("keypair"),
            KeyFile = At("key_file").Path("key_file") ?? site.SshKey,
            Nameserver = At("nameserver").Text("nameserver"),
            Servers = At("servers").Number("servers", 1, 999) ?? 20,
            BootTimeout = At("boot_timeout").Seconds("boot_timeout") ?? TimeSpan.FromMinutes(15),
            Namespace = At("namespace").Text("namespace") is { } name ? (name.Contains('/', StringComparison.Ordinal) ? name : $"/run/netns/{name}") : null,
            Reuse = At("reuse").Flag("reuse") ?? true,
            Budget = At("budget").Map.Get("budget") is null ? null : Hours(At("budget"), "budget"),
            Prices = PricesOf(At("price").Under("price")),
            Lab = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PostgresPlace.Is(store) ? store : $"{Environment.MachineName} {store}")))[..12],
        };
    }

    /// <summary>Who asks the cloud: by <c>openrc</c>, <c>cloud</c> and <c>region</c>, else by the environment.</summary>
    /// <param name="environment">Gives a variable, or null.</param>
    /// <exception cref="ConfigurationException">Nothing leads to a cloud, or what does makes no sense.</exception>
    public OpenStackCredentials Credentials(Func<string, string?> environment)
    {
        var credentials = OpenStackConfiguration.Load(environment, Cloud, Openrc);
        return Region is { } region ? credentials with { Region = region } : credentials;
    }

    private static IReadOnlyList<Regex> Patterns(Section section, string key) => [.. section.Texts(key).Select(pattern =>
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException e)
        {
            throw section.Error(key, $"'{section.NameOf(key)}' has a pattern that is none: {e.Message}");
        }
    })];

    private static double Hours(Section section, string key) => section.Map.Get(key) switch
    {
        long hours and > 0 => hours,
        double hours and > 0 => hours,
        _ => throw section.Wrong(key, "a number of hours"),
    };

    private static Dictionary<string, double> PricesOf(Section prices) => prices.Map.Keys.ToDictionary(
        key => key as string ?? throw new ConfigurationException($"'{prices.NameOf("")}' has a flavour that is no text: {key}", prices.Map.MarkOf(key)),
        key => prices.Map.Get(key) switch
        {
            long price and >= 0 => price,
            double price and >= 0 => price,
            _ => throw prices.Wrong((string)key, "a price of an hour"),
        },
        StringComparer.Ordinal);
}
