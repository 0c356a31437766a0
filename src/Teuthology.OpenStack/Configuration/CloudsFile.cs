using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.OpenStack;

/// <summary>
/// clouds.yaml, with what secure.yaml and clouds-public.yaml add, found where openstacksdk looks: the file that <c>OS_CLIENT_CONFIG_FILE</c> names, the working
/// directory, <c>~/.config/openstack</c>, <c>/etc/openstack</c>; the first there is.
/// </summary>
internal sealed class CloudsFile
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];
    private readonly YamlMap _clouds;
    private readonly YamlMap _secrets;
    private readonly YamlMap _profiles;
    private readonly string _searched;

    private CloudsFile(string? file, YamlMap clouds, YamlMap secrets, YamlMap profiles, string searched) =>
        (File, _clouds, _secrets, _profiles, _searched) = (file, clouds, secrets, profiles, searched);

    /// <summary>The file; null when there is none.</summary>
    public string? File { get; }

    /// <summary>Names of its clouds.</summary>
    public IReadOnlyList<string> Names => [.. _clouds.Keys.Select(k => Text(k))];

    /// <summary>Where it is looked for.</summary>
    public static IReadOnlyList<string> Directories(Func<string, string?> environment, string directory)
    {
        var home = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        var config = environment("XDG_CONFIG_HOME") is { Length: > 0 } given ? given : Path.Combine(home, ".config");
        return [directory, Path.Combine(config, "openstack"), "/etc/openstack"];
    }

    /// <summary>Finds and reads it.</summary>
    /// <exception cref="ConfigurationException">A file is no such.</exception>
    public static CloudsFile Find(Func<string, string?> environment, string directory)
    {
        var directories = Directories(environment, directory);
        string? First(string name, string variable) =>
            environment(variable) is { Length: > 0 } named && System.IO.File.Exists(named) ? named
            : directories.SelectMany(d => Endings.Select(e => Path.Combine(d, name + e))).FirstOrDefault(System.IO.File.Exists);

        var file = First("clouds", "OS_CLIENT_CONFIG_FILE");
        return new CloudsFile(
            file,
            Section(file, "clouds"),
            Section(First("secure", "OS_CLIENT_SECURE_FILE"), "clouds"),
            Section(First("clouds-public", "OS_CLIENT_VENDOR_FILE"), "public-clouds"),
            string.Join(", ", directories));
    }

    /// <summary>Who asks one of its clouds.</summary>
    /// <param name="name">The cloud.</param>
    /// <exception cref="ConfigurationException">There is no such, or it is wrong.</exception>
    public OpenStackCredentials Credentials(string name)
    {
        if (File is null)
            throw new ConfigurationException($"there is no clouds.yaml with cloud '{name}' in {_searched}");
        if (!_clouds.TryGetMap(name, out var cloud))
            throw new ConfigurationException($"{File} has no cloud '{name}'; it has {(Names.Count == 0 ? "none" : string.Join(", ", Names))}");
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        if ((cloud.Get("profile") ?? cloud.Get("cloud")) is string profile)
        {
            if (!_profiles.TryGetMap(profile, out var vendor))
                throw new ConfigurationException($"profile '{profile}' of cloud '{name}' is not in clouds-public.yaml (section public-clouds) in {_searched}; write its keys into the cloud", cloud.MarkOf("profile"));
            Flatten(vendor, merged);
        }

        Flatten(cloud, merged);
        if (_secrets.TryGetMap(name, out var secret))
            Flatten(secret, merged);
        return CredentialReader.FromKeys(merged, Networks(cloud), $"cloud '{name}' of {File}", key => key);
    }

    // The keys of auth and the cloud's own are one set: openstacksdk takes user, password and so on from either.
    private static void Flatten(YamlMap cloud, Dictionary<string, string> merged)
    {
        foreach (var (key, value) in cloud)
        {
            switch (Text(key), value)
            {
                case ("auth", YamlMap auth):
                    foreach (var (name, item) in auth)
                        merged[Canonical(Text(name))] = Text(item);
                    break;
                case ("regions", YamlList { Count: > 0 } regions) when !merged.ContainsKey("region_name"):
                    merged["region_name"] = Text(regions[0] is YamlMap region ? region.Get("name") : regions[0]);
                    break;
                case (_, YamlMap or YamlList):
                    break;
                case (var name, var item):
                    merged[Canonical(name)] = Text(item);
                    break;
            }
        }
    }

    private static string Canonical(string key) => key switch
    {
        "tenant_name" or "project" or "tenant" => "project_name",
        "tenant_id" => "project_id",
        "user" or "user_name" => "username",
        "endpoint_type" => "interface",
        _ => key,
    };

    private static List<string> Networks(YamlMap cloud)
    {
        if (cloud.Get("networks") is not YamlList list)
            return [];
        return [.. list.Select(n => n is YamlMap network ? Text(network.Get("name")) : Text(n)).Where(n => n.Length > 0)];
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static YamlMap Section(string? file, string name)
    {
        if (file is null)
            return [];
        return YamlLoader.LoadFile(file) switch
        {
            null => [],
            YamlMap keys when keys.Get(name) is null => [],
            YamlMap keys => keys.Get(name) as YamlMap ?? throw new ConfigurationException($"'{name}' is a mapping of clouds", keys.MarkOf(name)),
            _ => throw new ConfigurationException($"{file}: a mapping with the key '{name}' is expected"),
        };
    }
}
