using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>What a project may have of Nova, and has; -1 is no limit.</summary>
public sealed record ComputeLimits
{
    /// <summary>Most processors.</summary>
    [JsonPropertyName("maxTotalCores")]
    public int MaxCores { get; init; } = -1;

    /// <summary>Processors in use.</summary>
    [JsonPropertyName("totalCoresUsed")]
    public int CoresUsed { get; init; }

    /// <summary>Most servers.</summary>
    [JsonPropertyName("maxTotalInstances")]
    public int MaxInstances { get; init; } = -1;

    /// <summary>Servers there are.</summary>
    [JsonPropertyName("totalInstancesUsed")]
    public int InstancesUsed { get; init; }

    /// <summary>Most memory, in MiB.</summary>
    [JsonPropertyName("maxTotalRAMSize")]
    public int MaxRam { get; init; } = -1;

    /// <summary>Memory in use, in MiB.</summary>
    [JsonPropertyName("totalRAMUsed")]
    public int RamUsed { get; init; }

    /// <summary>Most key pairs of a user.</summary>
    [JsonPropertyName("maxTotalKeypairs")]
    public int MaxKeyPairs { get; init; } = -1;
}
