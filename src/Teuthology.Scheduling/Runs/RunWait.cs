using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>Waits until every job of a run has ended.</summary>
/// <param name="results">Where the run is written down.</param>
/// <param name="time">Clock of the pauses.</param>
public sealed class RunWait(IResultsDirectory results, TimeProvider time)
{
    /// <summary>How long after a job's longest time the wait goes on without any progress.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    /// <summary>How often the run is looked at.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Waits.</summary>
    /// <param name="runName">Name of the run; jobs that are not there yet may come.</param>
    /// <param name="maxJobTime">How long a job may take; without progress for that long, and <see cref="Grace"/>, the wait ends. Null for no limit.</param>
    /// <param name="progress">Is told how many jobs are still to end, when that changes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The jobs, those that failed first: sorted by status, then by id.</returns>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    /// <exception cref="TeuthologyException">Kind Timeout: nothing moved for too long.</exception>
    public async Task<IReadOnlyList<JobRecord>> WaitAsync(string runName, TimeSpan? maxJobTime, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var (left, since) = (-1, time.GetTimestamp());
        while (true)
        {
            var jobs = await results.JobsAsync(runName, cancellationToken);
            if (jobs.Count == 0 && await results.RunAsync(runName, cancellationToken) is null)
                throw new ConfigurationException($"there is no run {runName} in {results.Place}");
            var unfinished = jobs.Count(job => JobState.IsUnfinished(job.Status));
            if (unfinished == 0)
                return [.. jobs.OrderBy(job => job.Status, StringComparer.Ordinal)];
            if (unfinished != left)
            {
                (left, since) = (unfinished, time.GetTimestamp());
                progress?.Report(unfinished);
            }
            else if (maxJobTime is { } most && time.GetElapsedTime(since) > most + Grace)
                throw new TeuthologyException(FailureKind.Timeout, $"no progress since {most.TotalSeconds:0} + {Grace.TotalSeconds:0} seconds");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
