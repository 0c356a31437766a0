using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>What a project may have of Cinder, and has; -1 is no limit.</summary>
public sealed record VolumeLimits
{
    /// <summary>Most volumes.</summary>
    [JsonPropertyName("maxTotalVolumes")]
    public int MaxVolumes { get; init; } = -1;

    /// <summary>Volumes there are.</summary>
    [JsonPropertyName("totalVolumesUsed")]
    public int VolumesUsed { get; init; }

    /// <summary>Most GiB.</summary>
    [JsonPropertyName("maxTotalVolumeGigabytes")]
    public int MaxGigabytes { get; init; } = -1;

    /// <summary>GiB in use.</summary>
    [JsonPropertyName("totalGigabytesUsed")]
    public int GigabytesUsed { get; init; }
}
