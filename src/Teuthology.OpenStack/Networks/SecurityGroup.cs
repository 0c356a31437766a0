using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A security group.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">Description.</param>
/// <param name="Rules">What it lets through.</param>
/// <param name="Tags">Tags.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record SecurityGroup(
    string Id,
    string Name,
    string? Description = null,
    [property: JsonPropertyName("security_group_rules")] IReadOnlyList<SecurityRule>? Rules = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? CreatedAt = null);
