namespace Teuthology.Lab;

/// <summary>What a lease wants of one machine that is to be brought up.</summary>
/// <param name="Name">The machine, one of <see cref="IProvisioner.MachineNames"/>.</param>
public sealed record MachineOrder(string Name)
{
    /// <summary>Operating system, e.g. <c>ubuntu</c>; null takes what the machine type has.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version, e.g. <c>22.04</c>; null takes the type's, or the newest there is.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it; null takes any.</summary>
    public string? Arch { get; init; }

    /// <summary>Whether it must have a kernel of its own, whose modules it loads. Kinds whose machines always have one need not look.</summary>
    public bool OwnKernel { get; init; }

    /// <summary>Who holds the machine.</summary>
    public string? Owner { get; init; }

    /// <summary>Number of the lease; 0 when there is none.</summary>
    public long Fence { get; init; }

    /// <summary>Name of the run that it is for; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>Number of the job in that run.</summary>
    public string? Job { get; init; }

    /// <summary>How large it must be at least, where machines are made to measure; null leaves it to the site.</summary>
    public ServerNeeds? Needs { get; init; }
}
