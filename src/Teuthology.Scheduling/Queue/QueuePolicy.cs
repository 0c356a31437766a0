namespace Teuthology.Scheduling;

/// <summary>What becomes of a job whose worker died.</summary>
public sealed record QueuePolicy
{
    /// <summary>How often a job is taken at most; after that it ends <c>dead</c>.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>How long a worker may be silent before its job is somebody else's.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);
}
