using System.Text.Json;
using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>An image of Glance.</summary>
public sealed record Image
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; images may share one.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>queued</c> (no data yet), <c>saving</c>, <c>importing</c>, <c>active</c>, <c>killed</c>, <c>deleted</c>, …</summary>
    public string Status { get; init; } = "";

    /// <summary>Bytes; null before it has data.</summary>
    public long? Size { get; init; }

    /// <summary>Smallest disk, in GiB.</summary>
    public int MinDisk { get; init; }

    /// <summary>Least memory, in MiB.</summary>
    public int MinRam { get; init; }

    /// <summary><c>public</c>, <c>private</c>, <c>shared</c> or <c>community</c>.</summary>
    public string Visibility { get; init; } = "";

    /// <summary><c>qcow2</c>, <c>raw</c>, …</summary>
    public string? DiskFormat { get; init; }

    /// <summary>Project that owns it.</summary>
    public string? Owner { get; init; }

    /// <summary>MD5 of its data; null before it has any.</summary>
    public string? Checksum { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Properties that are text: <c>os_distro</c>, and those that its maker gave it.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Properties =>
        (Others ?? []).Where(p => p.Value.ValueKind == JsonValueKind.String).ToDictionary(p => p.Key, p => p.Value.GetString() ?? "", StringComparer.Ordinal);

    /// <summary>Keys that no property of this record has.</summary>
    [JsonInclude]
    [JsonExtensionData]
    internal Dictionary<string, JsonElement>? Others { get; init; }
}
