using Teuthology.Jobs;

namespace Teuthology.Scheduling;

/// <summary>How a run ended.</summary>
/// <param name="RunName">Name of the run.</param>
/// <param name="Jobs">Jobs that ended, in the order of their ids.</param>
/// <param name="Cancelled">True when it was cancelled: jobs that ran were unwound, the rest was not begun.</param>
/// <param name="Duration">From its start to its last job's end.</param>
public sealed record RunOutcome(string RunName, IReadOnlyList<(JobSpec Job, JobResult Result)> Jobs, bool Cancelled, TimeSpan Duration)
{
    /// <summary>True when no job failed or died, nothing was cancelled and there was a job at all.</summary>
    public bool Succeeded => !Cancelled && Jobs.Count > 0 && Jobs.All(job => job.Result.Status is JobStatus.Pass or JobStatus.Skip);

    /// <summary>Number of jobs that ended so.</summary>
    /// <param name="status">How.</param>
    public int Count(JobStatus status) => Jobs.Count(job => job.Result.Status == status);
}
