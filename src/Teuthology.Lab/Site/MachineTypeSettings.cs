using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>What a site says of one machine type.</summary>
public sealed record MachineTypeSettings
{
    /// <summary>The type, e.g. <c>smithi</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which provisioner serves it: <c>static</c>, <c>libvirt</c>, <c>fog</c>, <c>maas</c>, <c>pelagos</c>, <c>openstack</c>.</summary>
    public required string Provisioner { get; init; }

    /// <summary>The machines that the configuration and its inventory file name; those of the store come on top.</summary>
    public IReadOnlyList<MachineEntry> Machines { get; init; } = [];

    /// <summary>Operating system of jobs that name none.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version.</summary>
    public string? OsVersion { get; init; }

    /// <summary>What the machines can do, where the site knows better than the provisioner's guess; null leaves it to that.</summary>
    public LabFeatures? Features { get; init; }

    /// <summary>The type's own keys under <c>machine_types</c>; empty when only an upstream key names the type.</summary>
    public YamlMap Keys { get; init; } = [];

    /// <summary>Where the configuration gives the type its provisioner.</summary>
    public YamlMark? Mark { get; init; }

    internal Section Section => new(Keys, $"machine_types.{Name}");
}
