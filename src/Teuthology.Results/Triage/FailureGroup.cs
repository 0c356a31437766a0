namespace Teuthology.Results;

/// <summary>Jobs of a run that failed alike.</summary>
/// <param name="Fingerprint">What they have in common.</param>
/// <param name="Jobs">The jobs, by their ids.</param>
/// <param name="Before">Other runs that had the same failure, the newest first.</param>
/// <param name="Known">What is known of it today; null for nothing.</param>
public sealed record FailureGroup(Fingerprint Fingerprint, IReadOnlyList<JobSummary> Jobs, IReadOnlyList<string> Before, KnownIssue? Known)
{
    /// <summary>What was known of it until a day that is over; null for nothing, and while something is known.</summary>
    public KnownIssue? Expired { get; init; }

    /// <summary>Puts failed and dead jobs together that failed alike, the largest group first.</summary>
    /// <param name="jobs">Jobs in any state.</param>
    /// <param name="before">Names of other runs with the fingerprint of that id, the newest first.</param>
    /// <param name="known">What is known of failures.</param>
    public static IReadOnlyList<FailureGroup> Of(IEnumerable<JobSummary> jobs, Func<string, IReadOnlyList<string>> before, KnownIssues known) =>
    [
        .. jobs.Where(job => job.Status is JobState.Fail or JobState.Dead)
            .Select(job => (Job: job, Fingerprint: Fingerprint.Of(job.FailureReason, job.FailureSignature)))
            .GroupBy(one => one.Fingerprint.Id)
            .Select(group => new FailureGroup(
                group.First().Fingerprint,
                [.. group.Select(one => one.Job)],
                before(group.Key),
                known.Find(group.First().Fingerprint, group.First().Job))
            {
                Expired = known.FindExpired(group.First().Fingerprint, group.First().Job),
            })
            .OrderByDescending(group => group.Jobs.Count).ThenBy(group => group.Fingerprint.Reason, StringComparer.Ordinal),
    ];
}
