using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A volume of Cinder.</summary>
public sealed record Volume
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; may be empty.</summary>
    public string? Name { get; init; }

    /// <summary><c>creating</c>, <c>available</c>, <c>in-use</c>, <c>deleting</c>, <c>error</c>, <c>error_deleting</c>, …</summary>
    public string Status { get; init; } = "";

    /// <summary>Size, in GiB.</summary>
    public int Size { get; init; }

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Servers that have it.</summary>
    public IReadOnlyList<VolumeUse> Attachments { get; init; } = [];

    /// <summary>When it was made, UTC.</summary>
    [JsonIgnore]
    public DateTimeOffset? CreatedAt => Created is { } text && DateTimeOffset.TryParse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>As Cinder writes it: without a zone.</summary>
    [JsonInclude]
    [JsonPropertyName("created_at")]
    internal string? Created { get; init; }
}
