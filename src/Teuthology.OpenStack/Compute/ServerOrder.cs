namespace Teuthology.OpenStack;

/// <summary>A server that is wanted.</summary>
public sealed record ServerOrder
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Id of its size.</summary>
    public required string FlavorId { get; init; }

    /// <summary>Id of its image.</summary>
    public required string ImageId { get; init; }

    /// <summary>Key pair; null for none.</summary>
    public string? KeyName { get; init; }

    /// <summary>What cloud-init gets, as text; null for nothing. At most 65535 bytes in base64.</summary>
    public string? UserData { get; init; }

    /// <summary>Ids of its networks; empty lets Nova choose (<c>auto</c>), which takes the project's only one.</summary>
    public IReadOnlyList<string> NetworkIds { get; init; } = [];

    /// <summary>Ids of ports that were made before; they come in addition to <see cref="NetworkIds"/>.</summary>
    public IReadOnlyList<string> PortIds { get; init; } = [];

    /// <summary>True gives it no network at all.</summary>
    public bool NoNetwork { get; init; }

    /// <summary>Names of security groups; empty is the project's default. Clouds without groups get none.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags, where the cloud has them (Nova 2.52).</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Availability zone; null leaves it to Nova.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Whether user-data also comes on a disk, for clouds without a metadata service.</summary>
    public bool ConfigDrive { get; init; }
}
