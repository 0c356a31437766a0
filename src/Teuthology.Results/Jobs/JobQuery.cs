namespace Teuthology.Results;

/// <summary>Which jobs to list, the newest first; null criteria take all.</summary>
public sealed record JobQuery
{
    /// <summary>Only jobs of this run.</summary>
    public string? Run { get; init; }

    /// <summary>Only jobs of this id.</summary>
    public string? JobId { get; init; }

    /// <summary>Only jobs of this state.</summary>
    public string? Status { get; init; }

    /// <summary>Only jobs whose description holds this.</summary>
    public string? Description { get; init; }

    /// <summary>Only jobs of this commit.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Only jobs of this branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Only jobs of this user.</summary>
    public string? User { get; init; }

    /// <summary>Only jobs of this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Only jobs that came later, UTC.</summary>
    public DateTime? PostedAfter { get; init; }

    /// <summary>Only jobs that came earlier, UTC.</summary>
    public DateTime? PostedBefore { get; init; }

    /// <summary>Only jobs that had this machine among their targets.</summary>
    public string? Node { get; init; }

    /// <summary>How many at most; null for all.</summary>
    public int? Count { get; init; }

    /// <summary>Which page of that many, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Whether the lowest number of priority comes first instead.</summary>
    internal bool ByPriority { get; init; }

    /// <summary>Only jobs that no caller of <c>pop_queue</c> has in hand.</summary>
    internal DateTime? NotPoppedAt { get; init; }
}
