using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Which console a machine has.</summary>
public static class ConsoleChoice
{
    /// <summary>That of a virtual machine by virsh where libvirt is named, else that of a physical one by IPMI where the site has credentials, else none; upstream's <c>getRemoteConsole</c>.</summary>
    /// <param name="host">Name of the machine.</param>
    /// <param name="libvirt">libvirt's connection URI of the host that runs it, or null.</param>
    /// <param name="ipmi">The site's keys, see <see cref="IpmiOptions.Of"/>.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Is told what is switched.</param>
    public static IConsole Of(string host, string? libvirt, IpmiOptions ipmi, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(ipmi);
        if (libvirt is not null)
            return new LibvirtConsole(RemoteName.Short(host), libvirt);
        return ipmi is { User: not null, Password: not null, Domain: not null } or { ConserverMaster: not null } ? new IpmiConsole(host, ipmi, time, log) : new NoConsole(host);
    }
}
