namespace Teuthology.Scheduling;

/// <summary>What a job is queued with besides its configuration, which wins over it.</summary>
public sealed record ScheduleTerms
{
    /// <summary>Name of its run.</summary>
    public required string RunName { get; init; }

    /// <summary>Its tube: the kind of machines, <c>multi</c> for several.</summary>
    public required string? Tube { get; init; }

    /// <summary>Description; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Owner of the locks.</summary>
    public required string Owner { get; init; }

    /// <summary>Who gets the results; of the last job only.</summary>
    public string? Email { get; init; }

    /// <summary>Whether the job's log tells more.</summary>
    public bool Verbose { get; init; }

    /// <summary>No job, but the note of what a rerun needs.</summary>
    public bool FirstInSuite { get; init; }

    /// <summary>No job, but the mail about all the others.</summary>
    public bool LastInSuite { get; init; }

    /// <summary>The lower, the sooner.</summary>
    public long Priority { get; init; } = 1000;

    /// <summary>Seconds that the mail waits for the jobs, as it was written; of the last job only.</summary>
    public string? Timeout { get; init; }

    /// <summary>Seed of the suite, as it was written; of the first job only.</summary>
    public string? Seed { get; init; }

    /// <summary>Piece of the suite, <c>i/n</c>; of the first job only.</summary>
    public string? Subset { get; init; }

    /// <summary>Whether nested subsets were switched off; of the first job only.</summary>
    public bool NoNestedSubset { get; init; }

    /// <summary>Upstream's owner of scheduled jobs, <c>scheduled_user@host</c>.</summary>
    public static string DefaultOwner => $"scheduled_{Environment.UserName}@{Environment.MachineName}";
}
