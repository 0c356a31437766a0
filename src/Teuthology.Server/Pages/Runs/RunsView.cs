using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of runs shows.</summary>
internal sealed record RunsView(IReadOnlyList<RunRecord> Runs, RunFilter Filter, RunChoices Choices)
{
    /// <summary>Share of jobs that passed of each finished run, the oldest first.</summary>
    public IReadOnlyList<double> PassRates { get; } = Rates(Runs);

    /// <summary>Share of jobs that passed of each finished run, the oldest first.</summary>
    /// <param name="runs">The newest first.</param>
    public static IReadOnlyList<double> Rates(IEnumerable<RunRecord> runs) =>
    [
        .. runs.Where(run => run.Status.StartsWith("finished", StringComparison.Ordinal)).Reverse()
            .Select(run => run.Results.GetValueOrDefault(JobState.Pass) / (double)Math.Max(1, run.JobsCount - run.Results.GetValueOrDefault(JobState.Skip))),
    ];
}
