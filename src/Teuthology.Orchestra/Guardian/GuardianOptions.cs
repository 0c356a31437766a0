namespace Teuthology.Orchestra;

/// <summary>What the guardian on a host is told about the controller it keeps commands for.</summary>
public sealed record GuardianOptions
{
    /// <summary>The job, for people who look at the host; no blanks.</summary>
    public string Job { get; init; } = "-";

    /// <summary>
    /// Fence of the lease on the host. A newer one ends the commands of older ones and keeps them out; 0 is none: neither ends others nor
    /// is kept out.
    /// </summary>
    public long Fence { get; init; }

    /// <summary>
    /// How long commands go on, and are waited for, without a word between host and controller; renewed four times as often. After it the
    /// host ends them with everything they started, and they count here as lost.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Where its files go on the host; null is what the host's environment names by TEUTHOLOGY_GUARDIAN, else the first of /dev/shm,
    /// /run/user/UID, /tmp that can be written.
    /// </summary>
    public string? Directory { get; init; }
}
