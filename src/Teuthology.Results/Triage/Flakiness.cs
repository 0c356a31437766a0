namespace Teuthology.Results;

/// <summary>Jobs that failed, and passed when they were run again on unchanged inputs: what failed them comes and goes.</summary>
public static class Flakiness
{
    /// <summary>The jobs of a run that passed at a later attempt: a worker tried them again on the same inputs.</summary>
    /// <param name="run">The jobs of the run.</param>
    /// <returns>By their ids, how many attempts it took.</returns>
    public static IReadOnlyDictionary<string, int> PassedOnRetry(IEnumerable<JobRecord> run) => run
        .Where(job => job.Status == JobState.Pass)
        .Select(job => (job.JobId, Earlier: JobAttempt.Of(job).Count))
        .Where(job => job.Earlier > 0)
        .ToDictionary(job => job.JobId, job => job.Earlier + 1, StringComparer.Ordinal);

    /// <summary>The jobs of a run that are flaky.</summary>
    /// <param name="run">The jobs of the run.</param>
    /// <param name="others">Jobs of other runs, and of this one, in any order.</param>
    /// <returns>By the id of the failed job, the job that passed after it.</returns>
    public static IReadOnlyDictionary<string, JobRecord> Find(IEnumerable<JobRecord> run, IEnumerable<JobRecord> others)
    {
        var passed = others.Where(job => job.Status == JobState.Pass && job.Description is { Length: > 0 }).ToLookup(job => job.Description!);
        var flaky = new Dictionary<string, JobRecord>(StringComparer.Ordinal);
        foreach (var job in run.Where(job => job.Status is JobState.Fail or JobState.Dead && job.Description is { Length: > 0 }))
        {
            var later = passed[job.Description!].Where(other => other.Posted > job.Posted).ToList();
            if (later.Count > 0 && JobInputs.Of(job.Document) is var inputs && later.Find(other => JobInputs.Of(other.Document) == inputs) is { } again)
                flaky[job.JobId] = again;
        }

        return flaky;
    }
}
