namespace Teuthology.Lab;

/// <summary>What is to change of a machine in the store; what is not given stays as it is. Who holds it is changed by claims and locks alone.</summary>
public sealed record NodeUpdate
{
    /// <summary>
    /// Whether claims may take it. Taken out of use by this, it stays out until this puts it back: <see cref="NodeRecord.RetryAt"/> goes.
    /// Put back, its failures are forgotten.
    /// </summary>
    public bool? Up { get; init; }

    /// <summary>Why it is out of use; goes with <see cref="Up"/>.</summary>
    public Change<string?>? DownReason { get; init; }

    /// <summary>What it is used for.</summary>
    public Change<string?>? Description { get; init; }

    /// <summary>Kind of machine.</summary>
    public string? MachineType { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it.</summary>
    public Change<string?>? Arch { get; init; }

    /// <summary>True for a virtual machine.</summary>
    public bool? IsVm { get; init; }

    /// <summary>Name of the machine that carries this one.</summary>
    public Change<string?>? VmHost { get; init; }

    /// <summary>Operating system, e.g. <c>debian</c>.</summary>
    public Change<string?>? OsType { get; init; }

    /// <summary>Its version, e.g. <c>12</c>.</summary>
    public Change<string?>? OsVersion { get; init; }

    /// <summary>Hardware address.</summary>
    public Change<string?>? MacAddress { get; init; }

    /// <summary>Public host key of its sshd, <c>type base64</c>.</summary>
    public Change<string?>? SshPubKey { get; init; }
}
