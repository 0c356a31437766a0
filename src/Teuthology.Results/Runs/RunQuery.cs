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

    /// <summary>How many at most.</summary>
    public int Count { get; init; } = 25;

    /// <summary>Which page of that many, from 1.</summary>
    public int Page { get; init; } = 1;
}
