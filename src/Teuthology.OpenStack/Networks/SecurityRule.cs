using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>What a security group lets through.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>icmp</c>; null for any.</param>
/// <param name="FirstPort">First port; null for all.</param>
/// <param name="LastPort">Last port.</param>
/// <param name="From">Network it comes from, e.g. <c>0.0.0.0/0</c>; null for anywhere.</param>
/// <param name="FromGroup">Id of the security group it comes from; null for any.</param>
/// <param name="Direction"><c>ingress</c> or <c>egress</c>.</param>
/// <param name="Ethertype"><c>IPv4</c> or <c>IPv6</c>.</param>
public sealed record SecurityRule(
    string? Protocol,
    [property: JsonPropertyName("port_range_min")] int? FirstPort = null,
    [property: JsonPropertyName("port_range_max")] int? LastPort = null,
    [property: JsonPropertyName("remote_ip_prefix")] string? From = null,
    [property: JsonPropertyName("remote_group_id")] string? FromGroup = null,
    string Direction = "ingress",
    string Ethertype = "IPv4");
