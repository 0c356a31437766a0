namespace Teuthology.Orchestra;

/// <summary>What a host tells about its network.</summary>
public static class RemoteNetwork
{
    /// <summary>Interface that has the host's address, and its network as <c>192.168.0.0/24</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException"><c>Could not determine interface/CIDR!</c></exception>
    public static async Task<(string Interface, string Cidr)> InterfaceAsync(this Remote remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var shown = await remote.RunAsync(RemoteCommand.Posix("ip -o addr show; echo \"$SSH_CONNECTION\"") with { Quiet = true, Label = "addresses" }, ct).ConfigureAwait(false);
        var lines = shown.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var address = lines[^1].Split(' ') is [_, _, var server, _] ? server : remote.Address;
        foreach (var line in lines[..^1])
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, "inet" or "inet6", var cidr, ..]
                && System.Net.IPNetwork.TryParse(cidr, out var network) is var whole
                && cidr.Split('/')[0] == address)
                return (name, whole ? network.ToString() : Network(cidr));
        }

        throw new TeuthologyException(FailureKind.Infrastructure, "Could not determine interface/CIDR!");
    }

    /// <summary>
    /// The address that a name has in the eyes of a host; upstream's <c>resolve_ip</c>. It is asked of the host's resolver, hosts file included,
    /// where upstream's <c>host</c> asks the DNS alone.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="name">A host's name; null is its own.</param>
    /// <param name="version">4 or 6.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><c>Unknown IP version V, expected 4 or 6</c>.</exception>
    /// <exception cref="TeuthologyException"><c>Cannot get IPv4 address for the host "X" via remote "Y"</c>.</exception>
    public static async Task<string> ResolveAsync(this Remote remote, string? name, int version, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        if (version is not (4 or 6))
            throw new ArgumentOutOfRangeException(nameof(version), $"Unknown IP version {version}, expected 4 or 6");
        var found = await remote.RunAsync(
            RemoteCommand.Args("getent", version == 6 ? "ahostsv6" : "ahostsv4", name ?? remote.HostName) with { Quiet = true, CheckStatus = false }, ct).ConfigureAwait(false);
        return found.Stdout.Split([' ', '\n'], 2) is [{ Length: > 0 } address, ..]
            ? address
            : throw new TeuthologyException(FailureKind.Infrastructure, $"Cannot get IPv{version} address for the host \"{name ?? remote.HostName}\" via remote \"{remote.HostName}\"");
    }

    /// <summary>The network of an address with host bits, which the parser does not take.</summary>
    private static string Network(string cidr)
    {
        var (address, length) = (System.Net.IPAddress.Parse(cidr.Split('/')[0]).GetAddressBytes(), int.Parse(cidr.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture));
        for (var bit = length; bit < address.Length * 8; bit++)
            address[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return $"{new System.Net.IPAddress(address)}/{length}";
    }
}
