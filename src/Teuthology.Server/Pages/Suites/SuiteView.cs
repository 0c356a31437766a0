using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of a suite shows: its jobs by description, and how each ended in its last runs.</summary>
/// <param name="Suite">Its name.</param>
/// <param name="Branch">Only runs of this branch; null for all.</param>
/// <param name="Runs">The runs, the oldest first.</param>
/// <param name="Jobs">The jobs of each run.</param>
internal sealed record SuiteView(string Suite, string? Branch, IReadOnlyList<RunRecord> Runs, IReadOnlyList<IReadOnlyList<JobSummary>> Jobs)
{
    public const int MostRows = 500;

    /// <summary>A line for each description: what failed of late first.</summary>
    public IReadOnlyList<(string Description, IReadOnlyList<JobSummary?> Jobs)> Rows { get; } = Make(Jobs);

    /// <summary>Descriptions there are, shown or not.</summary>
    public int Descriptions { get; } = Jobs.SelectMany(jobs => jobs).Select(job => job.Description).Distinct().Count();

    /// <summary>Share of the descriptions that ran in the last run.</summary>
    public double Covered => Descriptions == 0 ? 0 : Jobs[^1].Select(job => job.Description).Distinct().Count() / (double)Descriptions;

    private static IReadOnlyList<(string, IReadOnlyList<JobSummary?>)> Make(IReadOnlyList<IReadOnlyList<JobSummary>> runs)
    {
        var maps = runs.Select(jobs => jobs.Where(job => job.Description is not null).GroupBy(job => job.Description!).ToDictionary(group => group.Key, group => group.Last())).ToList();
        return
        [
            .. maps.SelectMany(map => map.Keys).Distinct()
                .Select(description => (description, (IReadOnlyList<JobSummary?>)[.. maps.Select(map => map.GetValueOrDefault(description))]))
                .OrderByDescending(row => Weight(row.Item2)).ThenBy(row => row.description, StringComparer.Ordinal).Take(MostRows),
        ];
    }

    // The last run counts most.
    private static double Weight(IReadOnlyList<JobSummary?> jobs) =>
        jobs.Select((job, i) => job?.Status is JobState.Fail or JobState.Dead ? Math.Pow(2, i - jobs.Count) : 0).Sum();
}
