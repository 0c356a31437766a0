using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>An address of a server.</summary>
/// <param name="Address">The address.</param>
/// <param name="Version">4 or 6.</param>
/// <param name="Type"><c>fixed</c> or <c>floating</c>; null where the cloud does not tell.</param>
/// <param name="Mac">MAC address.</param>
public sealed record ServerAddress(
    [property: JsonPropertyName("addr")] string Address,
    int Version,
    [property: JsonPropertyName("OS-EXT-IPS:type")] string? Type = null,
    [property: JsonPropertyName("OS-EXT-IPS-MAC:mac_addr")] string? Mac = null);
