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

    /// <summary>Parts of <c>user@host</c>; upstream's <c>split_user</c>. The user is null where none is named.</summary>
    /// <param name="name">Name of a target.</param>
    /// <exception cref="ConfigurationException"><c>Bad input to split_user: '@x'</c>: the user's name is empty.</exception>
    public static (string? User, string Host) Split(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.LastIndexOf('@') switch
        {
            < 0 => (null, name),
            0 => throw new ConfigurationException($"Bad input to split_user: {PythonRepr.Of(name)}"),
            var at => (name[..at], name[(at + 1)..]),
        };
    }
}
