using System.Net;

namespace Teuthology.Orchestra;

/// <summary>Names of hosts as logs and error texts show them.</summary>
public static class RemoteName
{
    /// <summary>The part before the first dot; an IP address whole. A user in front (<c>user@</c>) is dropped.</summary>
    /// <param name="host">Name or address.</param>
    public static string Short(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host[(host.IndexOf('@') + 1)..];
        return IPAddress.TryParse(name, out _) ? name : name.Split('.', 2)[0];
    }
}
