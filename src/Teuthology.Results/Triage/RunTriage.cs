namespace Teuthology.Results;

/// <summary>The failures of a run, sorted: which are alike, which are known, which come and go, and which jobs are worth another try.</summary>
public sealed record RunTriage
{
    /// <summary>How many runs of the same suite are looked at beside the run itself.</summary>
    public const int Neighbours = 20;

    /// <summary>The run.</summary>
    public required RunRecord Run { get; init; }

    /// <summary>Jobs that failed alike, the largest group first.</summary>
    public required IReadOnlyList<FailureGroup> Groups { get; init; }

    /// <summary>By the id of a job that failed: the job that passed later on unchanged inputs.</summary>
    public required IReadOnlyDictionary<string, JobRecord> Flaky { get; init; }

    /// <summary>Jobs that passed when they were tried again after the lab had failed them: flaky, too. With the number of attempts.</summary>
    public IReadOnlyDictionary<string, int> PassedOnRetry { get; init; } = new Dictionary<string, int>();

    /// <summary>Groups that nothing is known of.</summary>
    public IEnumerable<FailureGroup> New => Groups.Where(group => group.Known is null);

    /// <summary>
    /// Jobs that are worth another try: those that the lab failed, which are dead. What a product or a test failed fails again, unless all are asked for.
    /// Those that passed already when they were tried again are not.
    /// </summary>
    /// <param name="all">Failed jobs, too.</param>
    public IEnumerable<JobSummary> Retries(bool all) =>
        Groups.SelectMany(group => group.Jobs).Where(job => (all || job.Status == JobState.Dead) && !Flaky.ContainsKey(job.JobId));

    /// <summary>Sorts the failures of a run.</summary>
    /// <param name="results">Where runs and jobs are.</param>
    /// <param name="run">The run.</param>
    /// <param name="known">What is known of failures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    public static async Task<RunTriage> OfAsync(IResultsDirectory results, RunRecord run, KnownIssues known, CancellationToken cancellationToken)
    {
        var jobs = await results.JobsAsync(run.Name, cancellationToken);
        List<JobRecord> others = [.. jobs];
        var seen = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        if (jobs.Any(job => job.Status is JobState.Fail or JobState.Dead))
        {
            foreach (var other in await results.RunsAsync(new RunQuery { Suite = run.Suite, Count = Neighbours }, cancellationToken))
            {
                if (other.Name == run.Name)
                    continue;
                var neighbours = await results.JobsAsync(other.Name, cancellationToken);
                others.AddRange(neighbours);
                foreach (var group in FailureGroup.Of(neighbours.Select(JobSummary.Of), _ => [], KnownIssues.None))
                {
                    if (!seen.TryGetValue(group.Fingerprint.Id, out var runs))
                        seen[group.Fingerprint.Id] = runs = [];
                    runs.Add(other.Name);
                }
            }
        }

        return new RunTriage
        {
            Run = run,
            Groups = FailureGroup.Of(jobs.Select(JobSummary.Of), id => seen.GetValueOrDefault(id, []), known),
            Flaky = Flakiness.Find(jobs, others),
            PassedOnRetry = Flakiness.PassedOnRetry(jobs),
        };
    }
}
