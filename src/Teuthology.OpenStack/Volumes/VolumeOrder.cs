namespace Teuthology.OpenStack;

/// <summary>A volume that is wanted.</summary>
public sealed record VolumeOrder
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Size, in GiB.</summary>
    public required int Size { get; init; }

    /// <summary>Type; null is the cloud's default.</summary>
    public string? Type { get; init; }

    /// <summary>Availability zone; null leaves it to Cinder.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Metadata; values have at most 255 characters.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
