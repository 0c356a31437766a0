using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>Counts jobs that end while somebody watches: by type of machine and status, how long they took by suite, and how long their tasks took.</summary>
/// <param name="results">Where they are written down.</param>
internal sealed class EndedJobs(IResultsDirectory results)
{
    private const int Watched = 100;
    private Dictionary<string, (DateTime Updated, HashSet<string> Jobs)> _runs = new(StringComparer.Ordinal);
    private DateTime _oldest;
    private bool _isFirst = true;

    /// <summary>Jobs by type of machine and status.</summary>
    public Dictionary<(string MachineType, string Status), long> Results { get; } = [];

    /// <summary>Seconds by suite.</summary>
    public Dictionary<string, (long Count, double Sum)> Durations { get; } = new(StringComparer.Ordinal);

    /// <summary>Seconds by task and phase.</summary>
    public Dictionary<(string Name, string Phase), (long Count, double Sum)> Tasks { get; } = [];

    /// <summary>Looks at the runs that changed. What ended before the first look is not counted.</summary>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        var runs = await results.RunsAsync(new RunQuery { Count = Watched }, cancellationToken);
        Dictionary<string, (DateTime Updated, HashSet<string> Jobs)> watched = new(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var isKnown = _runs.TryGetValue(run.Name, out var known);
            if (isKnown && known.Updated == run.Updated)
            {
                watched[run.Name] = known;
                continue;
            }

            // One that was forgotten and comes back, as later ones were deleted, was counted when it ended.
            var counts = !_isFirst && (isKnown || run.Posted >= _oldest);
            var seen = isKnown ? known.Jobs : new HashSet<string>(StringComparer.Ordinal);
            foreach (var job in (await results.JobsAsync(run.Name, cancellationToken)).Where(job => !JobState.IsUnfinished(job.Status)))
            {
                if (seen.Add(job.JobId) && counts)
                    Count(run, job);
            }

            watched[run.Name] = (run.Updated, seen);
        }

        // Of those that are out of sight nothing is kept.
        _runs = watched;
        if (runs.Count == Watched && runs.Min(run => run.Posted) is var oldest && oldest > _oldest)
            _oldest = oldest;
        _isFirst = false;
    }

    private void Count(RunRecord run, JobRecord job)
    {
        var key = (job.Document["machine_type"]?.ToString() ?? run.MachineType, job.Status);
        Results[key] = Results.GetValueOrDefault(key) + 1;
        if (job.Duration is { } seconds)
            Durations[run.Suite] = Add(Durations.GetValueOrDefault(run.Suite), seconds);
        if (job.ArchivePath is not { } archive || !Directory.Exists(archive))
            return;
        try
        {
            foreach (var phase in JobTimeline.Read(archive).Phases.Where(phase => phase.End is not null))
            {
                var task = (phase.Task, phase.Unwinding ? "exit" : "enter");
                Tasks[task] = Add(Tasks.GetValueOrDefault(task), (phase.End!.Value - phase.Start).TotalSeconds);
            }
        }
        catch (IOException)
        {
            // An archive that is being pruned: its job is counted, its tasks are not.
            return;
        }
    }

    private static (long Count, double Sum) Add((long Count, double Sum) known, double seconds) => (known.Count + 1, known.Sum + seconds);
}
