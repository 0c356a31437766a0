namespace Teuthology.Lab;

/// <summary>A machine as a job sees it: what to call it and how to reach its sshd.</summary>
public sealed record Machine
{
    /// <summary>Short name, unique in the lab, e.g. <c>n1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Login user, e.g. <c>ubuntu</c>.</summary>
    public required string User { get; init; }

    /// <summary>Address under which the other machines of the lab, and daemons on it, know it.</summary>
    public required string Address { get; init; }

    /// <summary>Port of its sshd, 22 as a rule.</summary>
    public int SshPort { get; init; } = 22;

    /// <summary>Public host key as in known_hosts: <c>type base64</c>; null takes whatever the machine shows, which only a job file can ask for.</summary>
    public required string? HostKey { get; init; }

    /// <summary>Path of the private key that opens it.</summary>
    public required string IdentityFile { get; init; }

    /// <summary>Operating system, e.g. <c>debian</c>.</summary>
    public required string OsType { get; init; }

    /// <summary>Its version, e.g. <c>12</c>.</summary>
    public required string OsVersion { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it.</summary>
    public required string Arch { get; init; }

    /// <summary>What the machine can do.</summary>
    public required LabFeatures Features { get; init; }

    /// <summary>libvirt's connection URI of the host that carries it, where its console and power are; null when libvirt does not.</summary>
    public string? LibvirtUri { get; init; }

    /// <summary>Whether it is a host of its own, whose console and power a management controller has.</summary>
    public bool IsPhysical { get; init; }

    /// <summary>
    /// Opens a byte stream to a TCP port of the machine when the controller cannot reach <see cref="Address"/> by itself
    /// (the address lives in another network namespace); null when a plain TCP connection does.
    /// </summary>
    public Func<int, CancellationToken, Task<Stream>>? Dial { get; init; }
}
