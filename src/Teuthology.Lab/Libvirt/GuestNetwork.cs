using System.Net;
using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>A network card of a virtual machine.</summary>
internal sealed partial record GuestNetwork
{
    /// <summary><c>network</c> for one of libvirt's, <c>bridge</c> for a bridge of the host.</summary>
    public string Kind { get; init; } = "network";

    /// <summary>Name of the network or bridge; null takes the first of <c>front</c> and <c>default</c> that libvirt has.</summary>
    public string? Source { get; init; }

    /// <summary>Hardware address; null gives one that follows from the machine's name.</summary>
    public string? Mac { get; init; }

    /// <summary>Address with prefix length that the guest is to take, e.g. <c>10.0.0.7/24</c>; null leaves it to DHCP.</summary>
    public string? Address { get; init; }

    /// <summary>Its default gateway, with <see cref="Address"/>.</summary>
    public string? Gateway { get; init; }

    /// <summary>Its name servers, with <see cref="Address"/>.</summary>
    public IReadOnlyList<string> NameServers { get; init; } = [];

    /// <summary>Reads one entry of <c>networks</c>.</summary>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public static GuestNetwork Read(Section keys)
    {
        keys.RequireKnown("kind", "source", "mac", "address", "gateway", "nameservers");
        var network = new GuestNetwork
        {
            Kind = keys.OneOf("kind", "network", "network", "bridge"),
            Source = keys.Text("source"),
            Mac = keys.Text("mac")?.ToLowerInvariant(),
            Address = keys.Text("address"),
            Gateway = keys.Text("gateway"),
            NameServers = keys.Texts("nameservers"),
        };
        if (network.Kind == "bridge" && network.Source is null)
            throw keys.Error("source", $"'{keys.NameOf("source")}' is not set: a bridge has a name");
        if (network.Mac is { } mac && !HardwareAddress().IsMatch(mac))
            throw keys.Wrong("mac", "a hardware address such as 52:54:00:12:34:56");
        if (network.Address is { } address && !IPNetwork.TryParse(WithoutHost(address), out _))
            throw keys.Wrong("address", "an address with its prefix length, such as 10.0.0.7/24");
        return network;
    }

    // IPNetwork wants the host's bits zero; only their form matters here.
    private static string WithoutHost(string address) => address.Split('/') is [var host, var length] && IPAddress.TryParse(host, out var parsed)
        ? $"{(parsed.GetAddressBytes().Length == 4 ? "0.0.0.0" : "::")}/{length}"
        : "";

    [GeneratedRegex(@"\A([0-9a-f]{2}:){5}[0-9a-f]{2}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex HardwareAddress();
}
