namespace Teuthology.Lab;

/// <summary>How a snapshot is made.</summary>
public sealed record SnapshotOptions
{
    /// <summary>Whether an older one of that name may go.</summary>
    public bool Replace { get; init; }

    /// <summary>Absolute paths on the machines that are left out, e.g. the directory of a job that runs.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];
}
