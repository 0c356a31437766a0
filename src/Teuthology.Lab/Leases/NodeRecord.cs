namespace Teuthology.Lab;

/// <summary>A machine in the store; columns are named as paddles names them, with the lease beside.</summary>
public sealed record NodeRecord
{
    /// <summary>Name, unique in the store.</summary>
    public required string Name { get; init; }

    /// <summary>What the holder wrote; kept after the release, as paddles does.</summary>
    public string? Description { get; init; }

    /// <summary>False when it is taken out of use.</summary>
    public bool Up { get; init; } = true;

    /// <summary>Kind of machine; for the embedded lab <c>root</c>, <c>userns</c> or <c>loopback</c>.</summary>
    public required string MachineType { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it.</summary>
    public string? Arch { get; init; }

    /// <summary>True for a virtual machine.</summary>
    public bool IsVm { get; init; }

    /// <summary>Operating system, e.g. <c>debian</c>.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version, e.g. <c>12</c>.</summary>
    public string? OsVersion { get; init; }

    /// <summary>True while somebody holds it, be the lease valid or expired.</summary>
    public bool Locked { get; init; }

    /// <summary>Who holds it.</summary>
    public string? LockedBy { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? LockedSince { get; init; }

    /// <summary>Hardware address, if known.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Public host key of its sshd, <c>type base64</c>.</summary>
    public string? SshPubKey { get; init; }

    /// <summary>Number of the lease that holds it, or of the last one that did; 0 if it never was held.</summary>
    public long Fence { get; init; }

    /// <summary>When the holder was last heard of.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }

    /// <summary>When the lease ends unless it is renewed; null on a locked machine: it ends only by an unlock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The process that renews the lease, as <see cref="ControllerProcess"/> writes it; null for a hold with an end date.</summary>
    public string? Controller { get; init; }

    /// <summary>Name of the machine that carries this one; null for one of its own.</summary>
    public string? VmHost { get; init; }

    /// <summary>How often in a row it failed to come up, to be imaged or to answer.</summary>
    public int Failures { get; init; }

    /// <summary>Why it was taken out of use.</summary>
    public string? DownReason { get; init; }

    /// <summary>Since when it is out of use.</summary>
    public DateTimeOffset? DownSince { get; init; }

    /// <summary>When a claim tries it again though it is out of use; null: only a person puts it back.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>True when nobody has a right to it: it is not locked, or its lease is over and it is there for the taking.</summary>
    /// <param name="now">The time of the question.</param>
    public bool IsUnheld(DateTimeOffset now) => !Locked || ExpiresAt <= now;

    /// <summary>The machine as others see it: a lease that is over holds nothing, though the row still names who had it.</summary>
    /// <param name="now">The time of the question.</param>
    public NodeRecord At(DateTimeOffset now) =>
        Locked && IsUnheld(now) ? this with { Locked = false, LockedBy = null, LockedSince = null, ExpiresAt = null } : this;

    /// <summary>True when a claim may take it.</summary>
    /// <param name="now">The time of the question.</param>
    public bool IsFree(DateTimeOffset now) => (Up || RetryAt <= now) && IsUnheld(now);
}
