using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>States of the jobs that are watched; the store is asked for a job only after its run has changed.</summary>
/// <param name="store">The store.</param>
/// <param name="runs">Tells whether a run has changed.</param>
/// <param name="changes">Tells whether anything has.</param>
internal sealed class WatchedJobs(ResultsStore store, WatchedRuns runs, StoreChanges changes)
{
    /// <summary>A text that changes with a job and with its events.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="id">Its id.</param>
    /// <param name="archives">Tells where its events may be.</param>
    public Func<CancellationToken, Task<string>> Watch(string run, string id, ArchiveFiles archives)
    {
        var job = Look(run, id);
        JobRecord? known = null;
        string? events = null;
        return async token =>
        {
            var now = await job(token);
            if (now is null)
                return "gone";
            if (!ReferenceEquals(now, known) || events is null)
                (known, events) = (now, JobFiles.Of(now, archives) is { } files ? Path.Combine(files.Directory, "events.jsonl") : null);
            var length = events is not null && new FileInfo(events) is { Exists: true } file ? file.Length : 0;
            return string.Create(CultureInfo.InvariantCulture, $"{now.Status}.{now.Updated.Ticks:x}.{length:x}");
        };
    }

    /// <summary>Whether a job still runs, or will.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="id">Its id.</param>
    public Func<CancellationToken, Task<bool>> Runs(string run, string id)
    {
        var job = Look(run, id);
        return async token => await job(token) is { } now && JobState.IsUnfinished(now.Status);
    }

    private Func<CancellationToken, Task<JobRecord?>> Look(string run, string id)
    {
        var (number, state, job) = (-1L, "", (JobRecord?)null);
        return async token =>
        {
            var now = changes.Number;
            if (now == number)
                return job;
            var told = await runs.StateAsync(run, token);
            if (told != state)
            {
                job = await store.JobAsync(run, id, token);
                state = told;
            }

            number = now;
            return job;
        };
    }
}
