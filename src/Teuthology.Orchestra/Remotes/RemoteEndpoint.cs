namespace Teuthology.Orchestra;

/// <summary>How to reach and know a host.</summary>
public sealed record RemoteEndpoint
{
    /// <summary>Host name as jobs and logs name it; its part before the first dot is the short name.</summary>
    public required string HostName { get; init; }

    /// <summary>Login user.</summary>
    public required string User { get; init; }

    /// <summary>Address daemons on the host use; also where sshd is reached unless <see cref="Dial"/> is given.</summary>
    public required string Address { get; init; }

    /// <summary>Port of sshd.</summary>
    public int Port { get; init; } = 22;

    /// <summary>Expected host key, <c>type base64</c>; compared in full. Null takes whatever the host shows.</summary>
    public required string? HostKey { get; init; }

    /// <summary>Path of the private key.</summary>
    public required string IdentityFile { get; init; }

    /// <summary>Opens a stream to a TCP port of the host where a plain connection from here cannot; else null.</summary>
    public Func<int, CancellationToken, Task<Stream>>? Dial { get; init; }
}
