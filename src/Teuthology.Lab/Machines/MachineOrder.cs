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

    /// <summary>Who holds the machine.</summary>
    public string? Owner { get; init; }

    /// <summary>Number of the lease; 0 when there is none.</summary>
    public long Fence { get; init; }
}
