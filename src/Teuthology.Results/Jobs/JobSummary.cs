namespace Teuthology.Results;

/// <summary>What a line about a job needs: its columns without its document, which is most of its size. Times are UTC.</summary>
public sealed record JobSummary
{
    /// <summary>Name of its run.</summary>
    public required string RunName { get; init; }

    /// <summary>Its id within the run.</summary>
    public required string JobId { get; init; }

    /// <summary>See <see cref="JobState"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Upstream's description text, suite in front.</summary>
    public string? Description { get; init; }

    /// <summary>Seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>Text of the first failure.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Its archive directory.</summary>
    public string? ArchivePath { get; init; }

    /// <summary>Commit of the product.</summary>
    public string? Sha1 { get; init; }

    /// <summary>When the store first heard of it.</summary>
    public DateTime Posted { get; init; }

    /// <summary>When it began to run.</summary>
    public DateTime? Started { get; init; }

    /// <summary>Last change.</summary>
    public DateTime Updated { get; init; }

    /// <summary>The sign that its log gave of the failure, see <see cref="LogSignature"/>; null when nobody looked, or there was none.</summary>
    public string? FailureSignature { get; init; }

    /// <summary>The line of a job.</summary>
    /// <param name="job">The job with its document.</param>
    public static JobSummary Of(JobRecord job) => new()
    {
        RunName = job.RunName,
        JobId = job.JobId,
        Status = job.Status,
        Description = job.Description,
        Duration = job.Duration,
        FailureReason = job.FailureReason,
        ArchivePath = job.ArchivePath,
        Sha1 = job.Document["sha1"]?.ToString(),
        Posted = job.Posted,
        Started = job.Started,
        Updated = job.Updated,
        FailureSignature = job.Document["failure_signature"]?.ToString(),
    };
}
