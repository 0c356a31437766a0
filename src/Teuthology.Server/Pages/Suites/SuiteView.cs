using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of a suite shows: its jobs by description, and how each ended in its last runs.</summary>
/// <param name="Suite">Its name.</param>
/// <param name="Branch">Only runs of this branch; null for all.</param>
/// <param name="Runs">The runs, the oldest first.</param>
/// <param name="Jobs">The jobs of each run.</param>
internal sealed record SuiteView(string Suite, string? Branch, IReadOnlyList<RunRecord> Runs, IReadOnlyList<IEnumerable<JobOutcome>> Jobs)
{
    public const int MostRows = 500;

    // Of a description that a run has several times the last job counts.
    private readonly IReadOnlyList<IReadOnlyDictionary<string, JobOutcome>> _runs =
    [
        .. Jobs.Select(jobs => jobs.Where(job => !string.IsNullOrEmpty(job.Description))
            .GroupBy(job => job.Description!).ToDictionary(group => group.Key, group => group.MaxBy(job => (job.Posted, job.JobId.Length, job.JobId))!)),
    ];

    /// <summary>A line for each description: what failed of late first.</summary>
    public IReadOnlyList<(string Description, IReadOnlyList<JobOutcome?> Jobs)> Rows =>
    [
        .. _runs.SelectMany(run => run.Keys).Distinct()
            .Select(description => (description, Jobs: (IReadOnlyList<JobOutcome?>)[.. _runs.Select(run => run.GetValueOrDefault(description))]))
            .OrderByDescending(row => Weight(row.Jobs)).ThenBy(row => row.description, StringComparer.Ordinal).Take(MostRows),
    ];

    /// <summary>Descriptions there are, shown or not.</summary>
    public int Descriptions => _runs.SelectMany(run => run.Keys).Distinct().Count();

    /// <summary>How many of the descriptions ran in the last run.</summary>
    public int Covered => _runs[^1].Count;

    // The last run counts most.
    private static double Weight(IReadOnlyList<JobOutcome?> jobs)
    {
        var weight = 0d;
        for (var i = 0; i < jobs.Count; i++)
            weight += jobs[i]?.Status is JobState.Fail or JobState.Dead ? Math.Pow(2, i - jobs.Count) : 0;
        return weight;
    }
}
