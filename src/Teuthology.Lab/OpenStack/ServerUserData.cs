using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>What cloud-init of a server gets: user, keys, host key and name as virtual machines of libvirt do, and a file at the very end that tells it is through.</summary>
/// <param name="options">The site's own part.</param>
/// <param name="site">Login user and domain.</param>
internal sealed class ServerUserData(CloudOptions options, SiteConfig site)
{
    /// <summary>Writes it: JSON, which is YAML too.</summary>
    /// <param name="machine">Short name of the machine.</param>
    /// <param name="system">Its operating system.</param>
    /// <param name="publicKey">The controller's.</param>
    /// <param name="hostKey">Private and public key of the machine's sshd.</param>
    /// <exception cref="ConfigurationException">The site's file cannot be read.</exception>
    public string Text(string machine, GuestImage system, string publicKey, (string Private, string Public) hostKey)
    {
        var seed = new CloudSeed
        {
            Name = machine,
            HostName = site.LabDomain.Length > 0 ? $"{machine}.{site.LabDomain.TrimStart('.')}" : machine,
            User = site.TestUser,
            AuthorizedKeys = [publicKey, .. options.AuthorizedKeys],
            HostKey = hostKey,
            OsType = system.OsType,
            Instance = machine,
            Packages = options.Packages,
            UserData = Own(system),
        };
        var text = seed.UserDataText();
        var data = (JsonObject)JsonNode.Parse(text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..])!;
        if (options.Nameserver is { } nameserver)
            (data["manage_resolv_conf"], data["resolv_conf"]) = (true, new JsonObject { ["nameservers"] = new JsonArray(nameserver) });

        // The very last command: whatever the site's own do is over then.
        if (data["runcmd"] is not JsonArray commands)
            data["runcmd"] = commands = [];
        commands.Add(new JsonArray("touch", ServerBoot.Sentinel));
        return $"#cloud-config\n{data.ToJsonString(CloudSeed.Plain)}\n";
    }

    private YamlMap Own(GuestImage system)
    {
        switch (options.UserData)
        {
            case null:
                return [];
            case YamlMap map:
                return map;
            case string path:
                var file = path.Replace("{os_type}", system.OsType, StringComparison.Ordinal).Replace("{os_version}", system.OsVersion, StringComparison.Ordinal);
                if (!File.Exists(file))
                    throw new ConfigurationException($"'openstack.user-data': there is no file {file}");
                return YamlLoader.LoadFile(file) as YamlMap ?? throw new ConfigurationException($"{file}: a cloud-config is a mapping");
            default:
                throw new ConfigurationException("'openstack.user-data' must be a cloud-config: a mapping, or the path of a file");
        }
    }
}
