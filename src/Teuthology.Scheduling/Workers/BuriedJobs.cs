using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>
/// Digs out what upstream's dispatchers leave buried: a job that they gave up stays buried there for ever, and so does one whose dispatcher died. Who
/// still works on one says so in the results.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="results">Where jobs are reported.</param>
/// <param name="log">Where it tells what it does.</param>
/// <param name="time">Clock.</param>
public sealed class BuriedJobs(BeanstalkQueue queue, IResultsDirectory results, WorkerLog log, TimeProvider time)
{
    /// <summary>How long a job may stay buried without a word; upstream's longest time for a job.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private static readonly string[] Over = [JobState.Pass, JobState.Fail, JobState.Dead];
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private long? _looked;

    /// <summary>Looks at a tube, if the last look was long ago.</summary>
    /// <param name="tube">The tube.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task LookAsync(string tube, CancellationToken cancellationToken)
    {
        if (_looked is { } last && time.GetElapsedTime(last) < Period)
            return;
        _looked = time.GetTimestamp();
        foreach (var job in await queue.BuriedAsync(tube, cancellationToken))
        {
            var known = job.RunName.Length == 0 ? null : await results.JobAsync(job.RunName, job.Id, cancellationToken);
            if (known is not null && Over.Contains(known.Status))
            {
                log.Info($"Job {job.RunName}/{job.Id} was left buried, and is over, {known.Status}: deleted");
                await queue.DeleteAsync([job.Id], cancellationToken);
                continue;
            }

            if (!_seen.TryAdd(job.Id, time.GetTimestamp()) && IsForgotten(job.Id, known))
            {
                log.Info($"Job {job.RunName}/{job.Id} was left buried: it goes back to its place");
                await queue.DigOutAsync(job.Id, cancellationToken);
                _seen.Remove(job.Id);
            }
        }
    }

    private bool IsForgotten(string id, JobRecord? known) =>
        time.GetElapsedTime(_seen[id]) > Patience && (known is null || time.GetUtcNow().UtcDateTime - known.Updated > Patience);
}
