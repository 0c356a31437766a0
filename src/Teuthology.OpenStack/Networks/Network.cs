using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A network of Neutron.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status"><c>ACTIVE</c>, …</param>
/// <param name="IsExternal">Whether floating IPs come from it.</param>
/// <param name="IsShared">Whether other projects use it.</param>
/// <param name="ProjectId">Project that owns it.</param>
/// <param name="Subnets">Ids of its subnets.</param>
public sealed record Network(
    string Id,
    string Name,
    string Status = "",
    [property: JsonPropertyName("router:external")] bool IsExternal = false,
    [property: JsonPropertyName("shared")] bool IsShared = false,
    string? ProjectId = null,
    IReadOnlyList<string>? Subnets = null);
