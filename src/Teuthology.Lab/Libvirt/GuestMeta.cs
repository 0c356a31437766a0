using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>What a virtual machine is made of: downburst's <c>downburst</c> keys of a meta file, over what the site and the environment say.</summary>
internal sealed record GuestMeta
{
    private static readonly string[] Keys =
    [
        "disk-size", "additional-disks", "additional-disks-size", "ram", "cpus", "networks", "distro", "distroversion", "arch",
    ];

    private static readonly string[] CephKeys = ["ceph-cluster-name", "ceph-cluster-monitors", "ceph-cluster-pool", "ceph-cluster-user", "ceph-cluster-secret", "rbd-disks", "rbd-disks-size"];

    /// <summary><c>disk-size</c>: size of the first disk; upstream's default for its test machines.</summary>
    public ByteSize DiskSize { get; init; } = new(100L << 30);

    /// <summary><c>additional-disks</c>: how many more disks.</summary>
    public int AdditionalDisks { get; init; } = 4;

    /// <summary><c>additional-disks-size</c>: size of each.</summary>
    public ByteSize AdditionalDisksSize { get; init; } = new(100L << 30);

    /// <summary><c>ram</c>: memory.</summary>
    public ByteSize Ram { get; init; } = new((long)(3.8 * (1L << 30)));

    /// <summary><c>cpus</c>.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary><c>networks</c>: network cards; the first is the one that the machine is reached by.</summary>
    public IReadOnlyList<GuestNetwork> Networks { get; init; } = [new()];

    /// <summary><c>distro</c>: operating system unless a job asks for one.</summary>
    public string? Distro { get; init; }

    /// <summary><c>distroversion</c>.</summary>
    public string? DistroVersion { get; init; }

    /// <summary><c>arch</c>, as <c>uname -m</c> tells it.</summary>
    public string? Arch { get; init; }

    /// <summary>Keys of meta files outside <c>downburst</c>: they go into cloud-init's meta-data as they are.</summary>
    public YamlMap MetaData { get; init; } = [];

    /// <summary>Puts the <c>DOWNBURST_…</c> variables over it, as upstream over its defaults.</summary>
    /// <param name="environment">Gives a variable, or null.</param>
    /// <exception cref="ConfigurationException">A variable makes no sense.</exception>
    public GuestMeta OverEnvironment(Func<string, string?> environment)
    {
        return this with
        {
            DiskSize = Size("DOWNBURST_DISK_SIZE") ?? DiskSize,
            Ram = Size("DOWNBURST_RAM_SIZE") ?? Ram,
            Cpus = Number("DOWNBURST_CPUS", 1) ?? Cpus,
            AdditionalDisks = Number("DOWNBURST_EXTRA_DISK_NUMBER", 0) ?? AdditionalDisks,
            AdditionalDisksSize = Size("DOWNBURST_EXTRA_DISK_SIZE") ?? AdditionalDisksSize,
        };

        ByteSize? Size(string variable) => environment(variable) is not { Length: > 0 } text
            ? null
            : ByteSize.TryParse(text, out var size) ? size : throw new ConfigurationException($"{variable} is '{text}'; it must be a size such as 20G");

        int? Number(string variable, int least) => environment(variable) is not { Length: > 0 } text
            ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= 1024
                ? number
                : throw new ConfigurationException($"{variable} is '{text}'; it must be a number, {least.ToString(CultureInfo.InvariantCulture)} or more");
    }

    /// <summary>Puts a <c>downburst.machine</c> of the site over it: <c>{cpus, disk, ram, volumes: {count, size}}</c>.</summary>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public GuestMeta OverMachine(Section machine)
    {
        machine.RequireKnown("type", "cpus", "disk", "ram", "volumes");
        var volumes = machine.Under("volumes");
        volumes.RequireKnown("count", "size");
        return this with
        {
            DiskSize = machine.Size("disk") ?? DiskSize,
            Ram = machine.Size("ram") ?? Ram,
            Cpus = machine.Number("cpus", 1, 1024) ?? Cpus,
            AdditionalDisks = volumes.Number("count", 0, MostDisks) ?? AdditionalDisks,
            AdditionalDisksSize = volumes.Size("size") ?? AdditionalDisksSize,
        };
    }

    /// <summary>Puts the keys of a <c>downburst</c> mapping over it.</summary>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public GuestMeta OverKeys(Section keys)
    {
        if (CephKeys.FirstOrDefault(keys.Map.ContainsKey) is { } ceph)
            throw keys.Error(ceph, $"'{keys.NameOf(ceph)}': disks in a Ceph cluster (rbd-disks) are not made; give additional-disks instead");
        keys.RequireKnown(Keys);
        return this with
        {
            DiskSize = keys.Size("disk-size") ?? DiskSize,
            Ram = keys.Size("ram") ?? Ram,
            Cpus = keys.Number("cpus", 1, 1024) ?? Cpus,
            AdditionalDisks = keys.Number("additional-disks", 0, MostDisks) ?? AdditionalDisks,
            AdditionalDisksSize = keys.Size("additional-disks-size") ?? AdditionalDisksSize,
            Networks = NetworksOf(keys) ?? Networks,
            Distro = keys.Text("distro")?.ToLowerInvariant() ?? Distro,
            DistroVersion = keys.Text("distroversion") ?? DistroVersion,
            Arch = keys.Text("arch") is { } arch ? GuestImage.ArchOf(arch) : Arch,
        };
    }

    /// <summary>Puts a meta file over it.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="ConfigurationException">It is no mapping, or a key is wrong.</exception>
    public GuestMeta OverFile(string file)
    {
        var map = YamlLoader.LoadFile(file) switch
        {
            null => [],
            YamlMap read => read,
            _ => throw new ConfigurationException($"{file}: a meta file is a mapping, with the key 'downburst'"),
        };
        var meta = OverKeys(new Section(map, "").Under("downburst"));
        var data = new YamlMap();
        foreach (var (key, value) in meta.MetaData.Concat(map.Where(pair => pair.Key is not "downburst")))
            data[key] = value;
        return meta with { MetaData = data };
    }

    // vda, then these, then the seed: vdb … vdz
    private const int MostDisks = 24;

    private static IReadOnlyList<GuestNetwork>? NetworksOf(Section keys) => keys.Map.Get("networks") switch
    {
        null => null,
        YamlList { Count: > 0 } list when list.All(item => item is YamlMap) => [.. list.Select((item, i) => GuestNetwork.Read(new Section((YamlMap)item!, keys.NameOf($"networks[{i}]"))))],
        _ => throw keys.Wrong("networks", "a list of mappings, e.g. [{source: default}]"),
    };
}
