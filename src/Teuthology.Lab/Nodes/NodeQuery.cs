namespace Teuthology.Lab;

/// <summary>Which machines; what is null does not matter.</summary>
public sealed record NodeQuery
{
    /// <summary>All of them.</summary>
    public static NodeQuery All { get; } = new();

    /// <summary>Kinds, one of which it must have.</summary>
    public IReadOnlyList<string>? MachineTypes { get; init; }

    /// <summary>Whether somebody holds it.</summary>
    public bool? Locked { get; init; }

    /// <summary>Whether it is in use.</summary>
    public bool? Up { get; init; }

    /// <summary>Operating system.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Who holds it.</summary>
    public string? LockedBy { get; init; }

    /// <summary>No more than so many.</summary>
    public int? Count { get; init; }

    /// <summary>Whether it asks for all machines.</summary>
    public bool IsAll => this == All;

    /// <summary>Whether a machine is one of those asked for.</summary>
    /// <param name="node">The machine as others see it.</param>
    public bool Fits(NodeRecord node) =>
        MachineTypes?.Contains(node.MachineType) != false
        && (Locked is null || node.Locked == Locked)
        && (Up is null || node.Up == Up)
        && (OsType is null || node.OsType == OsType)
        && (OsVersion is null || node.OsVersion == OsVersion)
        && (LockedBy is null || node.LockedBy == LockedBy);
}
