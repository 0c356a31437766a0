namespace Teuthology.LockTest;

/// <summary>What an event asks or answers; each kind of operation uses some of it (docs/lock-test.md has the table).</summary>
internal sealed record HistoryValue
{
    /// <summary>Number of the lease.</summary>
    public long? Fence { get; init; }

    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>One machine.</summary>
    public string? Node { get; init; }

    /// <summary>How many machines are asked for, or how many things were changed.</summary>
    public int? Count { get; init; }

    public string? Owner { get; init; }

    /// <summary>Of a claim: unique in the history, so that a machine's row tells whose claim took it.</summary>
    public string? Description { get; init; }

    /// <summary>How long the lease holds, in milliseconds.</summary>
    public long? Duration { get; init; }

    /// <summary>Whether the lease ends with the process that claims it.</summary>
    public bool? Controlled { get; init; }

    /// <summary>Whether the claim waits in line.</summary>
    public bool? Waits { get; init; }

    /// <summary>When the lease began as the client is told, in milliseconds since 1970 by the client's clock, right or wrong.</summary>
    public long? LockedSince { get; init; }

    /// <summary>When it ends, by the same clock.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Offset of the store's clock from the host's after the event, in milliseconds.</summary>
    public long? StoreOffset { get; init; }

    /// <summary>Offset of a client's clock from the host's after the event, in milliseconds; changes nothing for the store.</summary>
    public long? ClientOffset { get; init; }

    /// <summary>Process that a fault hits.</summary>
    public string? Target { get; init; }

    /// <summary>Rows of the store.</summary>
    public IReadOnlyList<NodeRow>? Rows { get; init; }

    /// <summary>Claims that wait.</summary>
    public int? Waiters { get; init; }

    /// <summary>Why it failed, or what is not known; for <c>begin</c> how the test was made.</summary>
    public string? Text { get; init; }

    /// <summary>One machine's row as a client read it.</summary>
    internal sealed record NodeRow(string Name, bool Locked, long Fence, string? Owner, string? Description);
}
