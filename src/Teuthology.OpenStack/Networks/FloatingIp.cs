using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A floating IP.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Address">The address.</param>
/// <param name="FloatingNetworkId">The external network it comes from.</param>
/// <param name="PortId">Port it leads to; null for none.</param>
/// <param name="Status">Status.</param>
/// <param name="Description">Description.</param>
/// <param name="Tags">Tags.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record FloatingIp(
    string Id,
    [property: JsonPropertyName("floating_ip_address")] string Address,
    string FloatingNetworkId = "",
    string? PortId = null,
    string Status = "",
    string? Description = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? CreatedAt = null);
