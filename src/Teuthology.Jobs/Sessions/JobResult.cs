namespace Teuthology.Jobs;

/// <summary>How a job ended.</summary>
/// <param name="Status">pass, fail, dead or skip.</param>
/// <param name="FailureReason">Text of the first failure; null on pass. For skip: what is missing and how to get it.</param>
/// <param name="Duration">From the first internal task to the end of unwinding.</param>
/// <param name="ArchivePath">The job's archive directory; null when nothing was written.</param>
/// <param name="Error">The first failure, for callers that rethrow; null on pass and skip.</param>
public sealed record JobResult(JobStatus Status, string? FailureReason, TimeSpan Duration, string? ArchivePath, Exception? Error)
{
    /// <summary>What failed in unwinding besides the first failure, in order: task and text.</summary>
    public IReadOnlyList<string> CleanupFailures { get; init; } = [];
}
