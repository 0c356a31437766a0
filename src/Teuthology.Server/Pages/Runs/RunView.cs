using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of a run shows.</summary>
internal sealed record RunView(RunRecord Run, IReadOnlyList<JobSummary> Jobs, string? Status, IReadOnlyList<FailureGroup> Failures, string? Previous, IReadOnlySet<string> Flaky)
{
    /// <summary>How many jobs have ended.</summary>
    public int Done => Run.Results.Where(entry => !JobState.IsUnfinished(entry.Key)).Sum(entry => entry.Value);

    /// <summary>The jobs of the wanted state.</summary>
    public IReadOnlyList<JobSummary> Shown { get; } = [.. Jobs.Where(job => Status is null || job.Status == Status)];
}
