using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The states of jobs in the order in which pages show them: what needs a look first.</summary>
internal static class ShownStates
{
    public static IReadOnlyList<string> Order { get; } =
        [JobState.Fail, JobState.Dead, JobState.Running, JobState.Waiting, JobState.Queued, JobState.Pass, JobState.Skip, JobState.Unknown];

    /// <summary>Counts states.</summary>
    public static IReadOnlyDictionary<string, int> Count(IEnumerable<JobSummary> jobs) => jobs.CountBy(job => job.Status).ToDictionary();
}
