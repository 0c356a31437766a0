using System.Diagnostics.CodeAnalysis;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>
/// Which provisioner serves which machine type, as the site's configuration says it: in upstream's keys <c>fog: machine_types</c>,
/// <c>maas: machine_types</c>, <c>pelagos: machine_types</c> and <c>downburst: machine: [{type}]</c>, <c>openstack</c>, and in our own <c>machine_types: {TYPE: {provisioner: KIND}}</c>.
/// </summary>
public sealed class MachineTypeTable
{
    private static readonly string[] Reimagers = ["fog", "maas", "pelagos"];
    private readonly Dictionary<string, MachineTypeSettings> _types;

    private MachineTypeTable(IEnumerable<MachineTypeSettings> types) => _types = types.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The types, in the order of the configuration.</summary>
    public IReadOnlyCollection<MachineTypeSettings> Types => _types.Values;

    /// <summary>Keys under <c>machine_types.TYPE</c> that every provisioner understands.</summary>
    internal static IReadOnlyList<string> CommonKeys { get; } = ["provisioner", "machines", "inventory", "os_type", "os_version", "features"];

    /// <summary>Reads a site's configuration.</summary>
    /// <param name="site">The configuration.</param>
    /// <exception cref="ConfigurationException">A key has a value of the wrong kind, or two provisioners claim one type.</exception>
    public static MachineTypeTable Read(SiteConfig site)
    {
        ArgumentNullException.ThrowIfNull(site);
        var root = new Section(site.All, "");
        var claims = Claims(root).ToList();
        foreach (var type in claims.GroupBy(c => c.Type, StringComparer.Ordinal))
        {
            // Upstream's text
            if (type.Select(c => c.Provisioner).Distinct(StringComparer.Ordinal).Skip(1).Any())
                throw new ConfigurationException($"A machine_type can be used with one provisioner only, but '{type.Key}' was found in {string.Join(", ", type.Select(c => c.Provisioner).Distinct(StringComparer.Ordinal))}", type.Last().Mark);
        }

        var own = root.Under("machine_types");
        return new MachineTypeTable(claims.DistinctBy(c => c.Type, StringComparer.Ordinal).Select(c => Settings(c.Type, c.Provisioner, c.Mark, own)));
    }

    /// <summary>What is said of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="settings">It, when the result is true.</param>
    public bool TryGet(string type, [NotNullWhen(true)] out MachineTypeSettings? settings) => _types.TryGetValue(type, out settings);

    private static IEnumerable<(string Type, string Provisioner, YamlMark? Mark)> Claims(Section root)
    {
        foreach (var reimager in Reimagers)
        {
            foreach (var type in root.Under(reimager).Texts("machine_types"))
                yield return (type, reimager, root.Under(reimager).Map.MarkOf("machine_types"));
        }

        foreach (var type in DownburstTypes(root))
            yield return (type, "libvirt", root.Map.MarkOf("downburst"));

        foreach (var type in OpenStackTypes(root))
            yield return (type, "openstack", root.Map.MarkOf("openstack"));

        var own = root.Under("machine_types");
        foreach (var key in own.Map.Keys)
        {
            if (key is not string { Length: > 0 } type)
                throw new ConfigurationException($"'machine_types' has a type that is no text: {key}", own.Map.MarkOf(key));
            var named = own.Under(type).Text("provisioner");
            var claimed = Reimagers.Where(r => root.Under(r).Texts("machine_types").Contains(type)).Append(DownburstTypes(root).Contains(type) ? "libvirt" : OpenStackTypes(root).Contains(type) ? "openstack" : null).FirstOrDefault(r => r is not null);
            yield return (type, named ?? claimed ?? throw new ConfigurationException($"'machine_types.{type}' names no provisioner; e.g. provisioner: static", own.Map.MarkOf(type)), own.Map.MarkOf(type));
        }
    }

    // Upstream knows one type of that kind.
    private static IEnumerable<string> OpenStackTypes(Section root) =>
        !root.Map.ContainsKey("openstack") ? [] : root.Under("openstack").Texts("machine_types") is { Count: > 0 } types ? types : ["openstack"];

    // Upstream: 'vps' unless the machines are a list, each with a type or several.
    private static IEnumerable<string> DownburstTypes(Section root)
    {
        if (root.Map.Get("downburst") is not { } downburst)
            return [];
        if (downburst is not YamlMap map || map.Get("machine") is not YamlList machines)
            return ["vps"];
        return machines.SelectMany((machine, i) => machine is YamlMap keys
            ? new Section(keys, $"downburst.machine[{i}]").Texts("type")
            : throw new ConfigurationException("'downburst.machine' must be a mapping, or a list of mappings with 'type'", machines.MarkOf(i)));
    }

    private static MachineTypeSettings Settings(string type, string provisioner, YamlMark? mark, Section own)
    {
        var section = own.Under(type);
        return new MachineTypeSettings
        {
            Name = type,
            Provisioner = provisioner,
            Mark = mark,
            Keys = section.Map,
            Machines = [.. MachineEntry.ReadAll(section.Map.Get("machines"), section.NameOf("machines"), section.Map.MarkOf("machines")), .. Inventory(section)],
            OsType = section.Text("os_type"),
            OsVersion = section.Text("os_version"),
            Features = FeaturesOf(section),
        };
    }

    private static IReadOnlyList<MachineEntry> Inventory(Section section)
    {
        if (section.Path("inventory") is not { } file)
            return [];
        if (!File.Exists(file))
            throw section.Error("inventory", $"'{section.NameOf("inventory")}': there is no file {file}");
        return MachineEntry.ReadAll(YamlLoader.LoadFile(file), file, new YamlMark(file, 1, 1));
    }

    private static LabFeatures? FeaturesOf(Section section)
    {
        if (section.Map.Get("features") is null)
            return null;
        var features = LabFeatures.None;
        foreach (var word in section.Texts("features"))
        {
            features |= Enum.GetValues<LabFeatures>().Where(f => f != LabFeatures.None && WordOf(f) == word.Replace('-', '_')).Select(f => (LabFeatures?)f).FirstOrDefault()
                ?? throw section.Error("features", $"'{section.NameOf("features")}' has '{word}'{NearMiss.Hint(word, [.. Enum.GetValues<LabFeatures>().Where(f => f != LabFeatures.None).Select(WordOf)])}");
        }

        return features;
    }

    // OwnRoot → own_root, as jobs write it under `needs`
    private static string WordOf(LabFeatures feature) =>
        string.Concat(feature.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
