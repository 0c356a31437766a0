namespace Teuthology.Results;

/// <summary>Which runs to list; null or empty criteria take all.</summary>
public sealed record RunQuery
{
    /// <summary>Only runs of this suite.</summary>
    public string? Suite { get; init; }

    /// <summary>Only runs of this branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Only runs of this user.</summary>
    public string? User { get; init; }

    /// <summary>Only runs for this type of machine.</summary>
    public string? MachineType { get; init; }

    /// <summary>Only runs of this status, see <see cref="RunStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Only runs with a job of a commit that begins so.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Only runs with a job of this flavor.</summary>
    public string? Flavor { get; init; }

    /// <summary>Only runs whose name holds this.</summary>
    public string? Name { get; init; }

    /// <summary>Only runs that were started then or later, UTC.</summary>
    public DateTime? From { get; init; }

    /// <summary>Only runs that were started then or earlier, UTC.</summary>
    public DateTime? To { get; init; }

    /// <summary>Only runs that were started then or later, whatever <see cref="From"/> says, UTC.</summary>
    public DateTime? Since { get; init; }

    /// <summary>Only runs with a job in the queue.</summary>
    public bool Queued { get; init; }

    /// <summary>Their order.</summary>
    public RunOrder Order { get; init; } = RunOrder.NewestPosted;

    /// <summary>How many at most.</summary>
    public int Count { get; init; } = 25;

    /// <summary>Which page of that many, from 1.</summary>
    public int Page { get; init; } = 1;
}
