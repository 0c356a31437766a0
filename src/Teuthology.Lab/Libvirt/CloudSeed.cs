using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>
/// What cloud-init's NoCloud source reads on a virtual machine's first boot: meta-data, user-data, network-config, on a disk labelled <c>cidata</c>.
/// Written as JSON on one line, which is YAML too, so that a guest without cloud-init can read it with sed(1).
/// </summary>
internal sealed record CloudSeed
{
    /// <summary>JSON as people read it.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // mkisofs by its names, and xorriso in its place
    private static readonly string[] Programs = ["genisoimage", "mkisofs", "xorrisofs"];

    /// <summary>Short name of the machine.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in full.</summary>
    public required string HostName { get; init; }

    /// <summary>Login user.</summary>
    public required string User { get; init; }

    /// <summary>Public keys that open it.</summary>
    public required IReadOnlyList<string> AuthorizedKeys { get; init; }

    /// <summary>Private and public host key.</summary>
    public required (string Private, string Public) HostKey { get; init; }

    /// <summary>Its operating system, which says what packages are called.</summary>
    public required string OsType { get; init; }

    /// <summary>Changes with every machine, so that cloud-init takes it for a new one.</summary>
    public required string Instance { get; init; }

    /// <summary>Packages to install on the first boot; null for upstream's choice.</summary>
    public IReadOnlyList<string>? Packages { get; init; }

    /// <summary>More keys of meta-data.</summary>
    public YamlMap MetaData { get; init; } = [];

    /// <summary>Keys of the site's own cloud-config: lists are put behind ours, anything else in place of ours.</summary>
    public YamlMap UserData { get; init; } = [];

    /// <summary>Network cards.</summary>
    public IReadOnlyList<GuestNetwork> Networks { get; init; } = [];

    /// <summary>First program of this host that can write the disk; null when there is none.</summary>
    public static string? Program() => Programs.Select(ToolRun.Find).FirstOrDefault(p => p is not null);

    /// <summary>The file <c>meta-data</c>.</summary>
    public string MetaDataText()
    {
        var data = new JsonObject { ["instance-id"] = Instance, ["local-hostname"] = HostName, ["public-keys"] = Array(AuthorizedKeys) };
        foreach (var (key, value) in MetaData)
            data[(string)key] = key is "public-keys" && value is YamlList more ? Array(AuthorizedKeys.Concat(more.OfType<string>())) : Json(value);
        return data.ToJsonString(Plain) + "\n";
    }

    /// <summary>The file <c>user-data</c>.</summary>
    public string UserDataText()
    {
        var user = new JsonObject { ["name"] = User, ["shell"] = "/bin/bash", ["sudo"] = "ALL=(ALL) NOPASSWD:ALL", ["ssh_authorized_keys"] = Array(AuthorizedKeys) };
        var data = new JsonObject
        {
            ["users"] = new JsonArray(user),
            ["ssh_keys"] = new JsonObject { ["ed25519_private"] = HostKey.Private, ["ed25519_public"] = HostKey.Public },
            ["ssh_genkeytypes"] = Array(["ed25519"]),
            ["hostname"] = Name,
            ["fqdn"] = HostName,
            ["manage_etc_hosts"] = true,
            ["packages"] = Array(Packages ?? DefaultPackages()),
            // So that people can log in at the console, as upstream
            ["runcmd"] = new JsonArray(Array(["passwd", "-d", User])),
        };
        foreach (var (key, value) in UserData)
        {
            if (data[(string)key] is JsonArray ours && value is YamlList more)
                more.ForEach(item => ours.Add(Json(item)));
            else
                data[(string)key] = Json(value);
        }

        return $"#cloud-config\n{data.ToJsonString(Plain)}\n";
    }

    /// <summary>The file <c>network-config</c>, version 2: cards with addresses of their own, the others by DHCP; null when all are.</summary>
    public string? NetworkConfigText()
    {
        if (Networks.All(n => n.Address is null))
            return null;
        var cards = new JsonObject();
        foreach (var (network, index) in Networks.Select((n, i) => (n, i)))
        {
            var card = new JsonObject { ["match"] = new JsonObject { ["macaddress"] = network.Mac } };
            if (network.Address is null)
                card["dhcp4"] = true;
            else
                card["addresses"] = Array([network.Address]);
            if (network.Gateway is { } gateway)
                card["routes"] = new JsonArray(new JsonObject { ["to"] = "default", ["via"] = gateway });
            if (network.NameServers.Count > 0)
                card["nameservers"] = new JsonObject { ["addresses"] = Array(network.NameServers) };
            cards[$"card{index}"] = card;
        }

        return new JsonObject { ["version"] = 2, ["ethernets"] = cards }.ToJsonString(Plain) + "\n";
    }

    /// <summary>Writes the disk.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: this host has no program for it, or that fails.</exception>
    public async Task WriteAsync(string file, CancellationToken cancellationToken)
    {
        var program = Program() ?? throw new TeuthologyException(FailureKind.Infrastructure, "no program here writes cloud-init's seed: apt-get install genisoimage (or xorriso)");
        var directory = Directory.CreateTempSubdirectory("teuthology-seed-").FullName;
        try
        {
            // It holds the machine's private host key
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await File.WriteAllTextAsync(Path.Combine(directory, "meta-data"), MetaDataText(), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(directory, "user-data"), UserDataText(), cancellationToken);
            if (NetworkConfigText() is { } network)
                await File.WriteAllTextAsync(Path.Combine(directory, "network-config"), network, cancellationToken);
            await ToolRun.RunAsync(program, ["-quiet", "-input-charset", "utf-8", "-volid", "cidata", "-joliet", "-rock", "-output", file, directory], cancellationToken);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Upstream's choice, without Python 2
    private IEnumerable<string> DefaultPackages() => OsType switch
    {
        "ubuntu" => ["git", "wget", "ntp"],
        "debian" => ["git", "wget", "ntp"],
        "centos" => ["git", "wget", "chrony", "python3-pip", "bind-utils"],
        "rocky" => ["git", "wget", "python3-pip", "bind-utils"],
        "opensuse" => ["git", "wget", "chrony"],
        _ => ["git", "wget"],
    };

    private static JsonArray Array(IEnumerable<string> items) => [.. items.Select(item => (JsonNode)item)];

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        YamlMap map => new JsonObject(map.Select(pair => KeyValuePair.Create(Convert.ToString(pair.Key, System.Globalization.CultureInfo.InvariantCulture)!, Json(pair.Value)))),
        YamlList list => new JsonArray([.. list.Select(Json)]),
        string text => text,
        bool flag => flag,
        long number => number,
        double number => number,
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}
