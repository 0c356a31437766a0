namespace Teuthology.Results;

/// <summary>A failure, and where it was.</summary>
/// <param name="Fingerprint">What its jobs have in common.</param>
/// <param name="Example">The latest of the jobs that failed so.</param>
/// <param name="Jobs">Run and id of the jobs that failed so, the latest first.</param>
/// <param name="Runs">Names of their runs, the latest first.</param>
/// <param name="First">When the first of them ended, UTC.</param>
/// <param name="Last">When the last of them ended, UTC.</param>
public sealed record SeenFailure(
    Fingerprint Fingerprint, JobSummary Example, IReadOnlyList<(string Run, string Job)> Jobs, IReadOnlyList<string> Runs, DateTime First, DateTime Last);
