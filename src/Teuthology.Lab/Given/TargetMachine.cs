using System.Net;
using System.Net.Sockets;

namespace Teuthology.Lab;

/// <summary>How a host that exists is reached, by what the site and OpenSSH's own configuration say of it.</summary>
public static class TargetMachine
{
    /// <summary>The machine; its system and features are not known yet.</summary>
    /// <param name="target">User, host and possibly host key.</param>
    /// <param name="site">Key, and how to treat machines without a host key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the name has no address.</exception>
    public static async Task<Machine> OfAsync(Target target, SiteConfig site, CancellationToken cancellationToken)
    {
        var config = await SshClientConfig.ReadAsync(target, site.SshConfigPath, cancellationToken);
        return new Machine
        {
            Name = target.Host,
            User = target.User,
            Address = await AddressOfAsync(config.HostName, cancellationToken),
            SshPort = config.Port,
            HostKey = target.HostKey ?? (site.VerifyHostKeys ? await config.KnownKeyAsync(target, cancellationToken) : null),
            IdentityFile = site.SshKey ?? config.IdentityFile(),
            OsType = "",
            OsVersion = "",
            Arch = "",
            Features = LabFeatures.None,
        };
    }

    // Ceph's configuration takes addresses, no names.
    private static async Task<string> AddressOfAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out _))
            return host;
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return (addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0]).ToString();
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"target {host}: its name has no address: {e.Message}", e);
        }
    }
}
