using System.Security.Cryptography;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>How virtual machines of one machine type are made: the type's own keys over those of <c>libvirt</c>, with upstream's <c>downburst</c> below.</summary>
internal sealed record LibvirtOptions
{
    private static readonly string[] Keys =
    [
        "uri", "vpshost", "pool", "accel", "images", "meta", "networks", "user_data", "packages", "ssh_keys", "keep_host_keys", "namespace", "boot_timeout", "replace_foreign",
    ];

    /// <summary><c>uri</c>: connection URI, <c>{vpshost}</c> standing for the host that carries the machine; null finds it by the host.</summary>
    public string? Uri { get; init; }

    /// <summary><c>vpshost</c>: host that carries machines which name none themselves.</summary>
    public string? VpsHost { get; init; }

    /// <summary><c>pool</c>: storage pool of their disks.</summary>
    public string Pool { get; init; } = "default";

    /// <summary><c>accel</c>: <c>auto</c> tries KVM and takes emulation where it does not run guests, <c>kvm</c>, <c>tcg</c>.</summary>
    public string Accel { get; init; } = "auto";

    /// <summary><c>images</c>.</summary>
    public IReadOnlyList<GuestImage> Images { get; init; } = [];

    /// <summary><c>downburst: discover_url</c>: a directory of images named as downburst names them.</summary>
    public string? DiscoverUrl { get; init; }

    /// <summary><c>meta</c>: meta files, <c>{name}</c> standing for the machine; such a file may be missing.</summary>
    public IReadOnlyList<string> MetaFiles { get; init; } = [];

    /// <summary>What machines are made of, unless meta files say otherwise.</summary>
    public GuestMeta Meta { get; init; } = new();

    /// <summary><c>user_data</c>: the site's own cloud-config.</summary>
    public YamlMap UserData { get; init; } = [];

    /// <summary><c>packages</c>: installed on the first boot; null for upstream's choice.</summary>
    public IReadOnlyList<string>? Packages { get; init; }

    /// <summary><c>ssh_keys</c>: public keys of people, beside the controller's.</summary>
    public IReadOnlyList<string> AuthorizedKeys { get; init; } = [];

    /// <summary><c>keep_host_keys</c>: a machine gets the host key again that it had before.</summary>
    public bool KeepHostKeys { get; init; }

    /// <summary><c>namespace</c>: file of the network namespace that the machines are reached from, when libvirt runs in one; null for the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>boot_timeout</c>: how long a machine may take until commands can be run on it.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>replace_foreign</c>: whether a domain of a machine's name that nobody of us made may be destroyed, as downburst does.</summary>
    public bool ReplaceForeign { get; init; }

    /// <summary>Which controllers share these machines: those that share the store. Domains carry it, and others' domains are left alone.</summary>
    public required string Lab { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="type">The machine type.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="store">What names the store.</param>
    /// <param name="environment">Gives a variable, or null.</param>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public static LibvirtOptions Read(MachineTypeSettings type, SiteConfig site, string store, Func<string, string?> environment)
    {
        var shared = new Section(site.All, "").Under("libvirt");
        shared.RequireKnown(Keys);
        type.Section.RequireKnown([.. MachineTypeTable.CommonKeys, .. Keys]);
        Section At(string key) => type.Keys.ContainsKey(key) ? type.Section : shared;
        var downburst = site.All.Get("downburst") is YamlMap map ? new Section(map, "downburst") : new Section([], "downburst");
        return new LibvirtOptions
        {
            Uri = At("uri").Text("uri"),
            VpsHost = At("vpshost").Text("vpshost"),
            Pool = At("pool").Text("pool") ?? "default",
            Accel = At("accel").OneOf("accel", "auto", "auto", "kvm", "tcg"),
            Images = [.. GuestImage.ReadAll(type.Section.Under("images")), .. GuestImage.ReadAll(shared.Under("images"))],
            DiscoverUrl = environment("DOWNBURST_DISCOVER_URL") is { Length: > 0 } url ? url : downburst.Text("discover_url"),
            MetaFiles = At("meta").Texts("meta").Select(file => Section.FullPath(file, At("meta").Map.MarkOf("meta"))).DefaultIfEmpty(Section.FullPath("~/.downburst.yaml", null)).ToList()!,
            Meta = MetaOf(type, At("networks"), downburst, environment),
            UserData = UserDataOf(At("user_data")),
            Packages = At("packages").Map.ContainsKey("packages") ? At("packages").Texts("packages") : null,
            AuthorizedKeys = At("ssh_keys").Texts("ssh_keys"),
            KeepHostKeys = At("keep_host_keys").Flag("keep_host_keys") ?? false,
            Namespace = At("namespace").Text("namespace") is { } name ? (name.Contains('/', StringComparison.Ordinal) ? name : $"/run/netns/{name}") : null,
            BootTimeout = At("boot_timeout").Seconds("boot_timeout") ?? TimeSpan.FromMinutes(10),
            ReplaceForeign = At("replace_foreign").Flag("replace_foreign") ?? false,
            Lab = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store)))[..12],
        };
    }

    /// <summary>What a machine is made of.</summary>
    /// <param name="machine">Its name.</param>
    /// <exception cref="ConfigurationException">A meta file is wrong.</exception>
    public GuestMeta MetaOf(string machine) => MetaFiles.Select(file => file.Replace("{name}", machine, StringComparison.Ordinal)).Where(File.Exists).Aggregate(Meta, (meta, file) => meta.OverFile(file));

    private static GuestMeta MetaOf(MachineTypeSettings type, Section networks, Section downburst, Func<string, string?> environment)
    {
        var meta = new GuestMeta().OverEnvironment(environment);
        if (downburst.Map.Get("machine") is YamlList machines)
        {
            var index = machines.FindIndex(m => m is YamlMap keys && new Section(keys, "downburst.machine").Texts("type").Contains(type.Name));
            if (index >= 0)
                meta = meta.OverMachine(new Section((YamlMap)machines[index]!, $"downburst.machine[{index}]"));
        }
        else
        {
            meta = meta.OverMachine(downburst.Under("machine"));
        }

        return networks.Map.Get("networks") is null ? meta : meta.OverKeys(new Section(new YamlMap { ["networks"] = networks.Map.Get("networks"), Mark = networks.Map.MarkOf("networks") }, networks.NameOf("networks")));
    }

    private static YamlMap UserDataOf(Section keys) => keys.Map.Get("user_data") switch
    {
        null => [],
        YamlMap map => map,
        string => keys.Path("user_data") is var file && File.Exists(file)
            ? YamlLoader.LoadFile(file) as YamlMap ?? throw new ConfigurationException($"{file}: a cloud-config is a mapping")
            : throw keys.Error("user_data", $"'{keys.NameOf("user_data")}': there is no file {file}"),
        _ => throw keys.Wrong("user_data", "a cloud-config: a mapping, or the path of a file"),
    };
}
