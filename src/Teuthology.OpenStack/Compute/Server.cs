using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A server of Nova.</summary>
public sealed record Server
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>BUILD</c>, <c>ACTIVE</c>, <c>ERROR</c>, <c>DELETED</c>, <c>SHUTOFF</c>, …</summary>
    public string Status { get; init; } = "";

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags; empty where the cloud has none.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Addresses by network's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ServerAddress>> Addresses { get; init; } = new Dictionary<string, IReadOnlyList<ServerAddress>>();

    /// <summary>Why it is in state ERROR; else null.</summary>
    public ServerFault? Fault { get; init; }

    /// <summary>Key pair; null for none.</summary>
    public string? KeyName { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>What Nova does with it; null when nothing.</summary>
    [JsonPropertyName("OS-EXT-STS:task_state")]
    public string? TaskState { get; init; }

    /// <summary>Volumes that are attached.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> VolumeIds => [.. (Volumes ?? []).Select(v => v["id"]?.ToString()).OfType<string>()];

    /// <summary>Id of its image; null when it starts from a volume.</summary>
    [JsonIgnore]
    public string? ImageId => Image is { ValueKind: JsonValueKind.Object } image && image.TryGetProperty("id", out var id) ? id.GetString() : null;

    /// <summary>Addresses of a version, floating ones first.</summary>
    /// <param name="version">4 or 6.</param>
    public IReadOnlyList<string> AddressesOf(int version) =>
        [.. Addresses.SelectMany(n => n.Value).Where(a => a.Version == version).OrderBy(a => a.Type == "floating" ? 0 : 1).Select(a => a.Address)];

    /// <summary>Image, an object or an empty text.</summary>
    [JsonInclude]
    internal JsonElement? Image { get; init; }

    /// <summary>Volumes.</summary>
    [JsonInclude]
    [JsonPropertyName("os-extended-volumes:volumes_attached")]
    internal IReadOnlyList<JsonObject>? Volumes { get; init; }
}
