namespace Teuthology.Results;

/// <summary>The status of a run follows from those of its jobs, by the results server's rules.</summary>
public static class RunStatus
{
    /// <summary>The status word for a run.</summary>
    /// <param name="results">Number of jobs by state.</param>
    /// <returns><c>empty</c>, <c>queued</c>, <c>running</c>, <c>waiting</c>, <c>finished dead</c>, <c>finished fail</c>, <c>finished pass</c> or <c>unknown</c>.</returns>
    public static string Of(IReadOnlyDictionary<string, int> results)
    {
        // A skipped job says nothing about the product: the others decide.
        var total = results.Where(entry => entry.Key != JobState.Skip).Sum(entry => entry.Value);
        if (total == 0)
            return results.GetValueOrDefault(JobState.Skip) > 0 ? "unknown" : "empty";
        if (Count(JobState.Queued) == total)
            return "queued";
        if (Count(JobState.Running) > 0)
            return "running";
        if (Count(JobState.Waiting) > 0)
            return "waiting";
        if (Count(JobState.Dead) == total)
            return "finished dead";
        if (Count(JobState.Fail) + Count(JobState.Dead) > 0)
            return "finished fail";
        if (Count(JobState.Pass) == total)
            return "finished pass";
        return Count(JobState.Queued) > 0 ? "queued" : "unknown";

        int Count(string state) => results.GetValueOrDefault(state);
    }
}
