using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>
/// When jobs are likely to begin: by how long jobs like those before them took, in the median, and how many are at work now. Workers that are idle, or will be
/// started, are not known: the truth is rather sooner.
/// </summary>
public sealed class QueueForecast
{
    /// <summary>How many runs tell how long jobs take: the newest of which some jobs are over.</summary>
    public const int RunsLookedAt = 8;
    private const int NewestRuns = 50;
    private const int NewestOfSeveralSuites = 200;
    private static readonly string[] Over = [JobState.Pass, JobState.Fail, JobState.Dead];

    private readonly Dictionary<string, List<double>> _byDescription = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _bySuite = new(StringComparer.Ordinal);
    private readonly List<double> _all = [];

    /// <summary>Learns from the newest runs.</summary>
    /// <param name="results">Where runs are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="suite">Runs of this suite, and those whose name does not tell a suite; null for all.</param>
    public static async Task<QueueForecast> LearnAsync(IResultsDirectory results, CancellationToken cancellationToken, string? suite = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        var forecast = new QueueForecast();
        var newest = await results.RunsAsync(suite is null ? Newest : Newest with { Count = NewestOfSeveralSuites }, cancellationToken);
        foreach (var run in Telling(newest.Where(run => suite is null || run.Suite.Length == 0 || Plain(run.Suite) == Plain(suite))))
            forecast.Learn((await results.JobsAsync(run.Name, cancellationToken)).Select(JobSummary.Of));

        return forecast;
    }

    /// <summary>The question for the runs among which <see cref="Telling"/> chooses.</summary>
    public static RunQuery Newest => new() { Count = NewestRuns };

    /// <summary>The runs that tell how long jobs take.</summary>
    /// <param name="newest">Runs, the newest first.</param>
    public static IEnumerable<RunRecord> Telling(IEnumerable<RunRecord> newest) => newest.Where(run => Over.Any(run.Results.ContainsKey)).Take(RunsLookedAt);

    /// <summary>Takes note of those jobs that are over.</summary>
    /// <param name="jobs">Jobs in any state.</param>
    public void Learn(IEnumerable<JobSummary> jobs)
    {
        foreach (var job in jobs.Where(job => Over.Contains(job.Status)))
        {
            if (job.Duration is > 0 and var seconds)
                Learn(job.Description, seconds);
        }
    }

    /// <summary>Takes note of a job that is over.</summary>
    /// <param name="description">Its description.</param>
    /// <param name="seconds">How long it took.</param>
    public void Learn(string? description, double seconds)
    {
        _all.Add(seconds);
        if (description is null)
            return;
        ListOf(_byDescription, description).Add(seconds);
        ListOf(_bySuite, SuiteOf(description)).Add(seconds);
    }

    /// <summary>How long a job takes by those of the very same description, in the median; null when none was over.</summary>
    /// <param name="description">Its description.</param>
    public TimeSpan? Known(string? description) => description is not null && _byDescription.TryGetValue(description, out var same) ? Median(same) : null;

    /// <summary>
    /// When the waiting jobs among these are likely to begin, UTC, by their ids. Jobs of a tube in which nobody works, or that is paused without an end, are not in it.
    /// </summary>
    /// <param name="entries">All jobs of the tubes, in the order in which the queue lists them.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="tubes">The tubes with their pauses; null for no pause.</param>
    public IReadOnlyDictionary<string, DateTime> Expect(IReadOnlyList<QueueEntry> entries, DateTime now, IReadOnlyList<TubeState>? tubes = null)
    {
        var expected = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        if (_all.Count == 0)
            return expected;
        foreach (var tube in entries.GroupBy(entry => entry.Tube, StringComparer.Ordinal))
        {
            var pause = tubes?.FirstOrDefault(one => one.Name == tube.Key)?.Pause;
            if (pause is { Until: null })
                continue;
            var earliest = pause?.Until is { } until && until > now ? until : now;

            // Each job in hand is a lane that will be free when it is over.
            var lanes = new PriorityQueue<int, DateTime>();
            var count = 0;
            foreach (var held in tube.Where(entry => entry.Worker is not null))
            {
                var end = (held.TakenAt ?? now) + Length(held.Description);
                lanes.Enqueue(count++, end > earliest ? end : earliest);
            }

            foreach (var waiting in tube.Where(entry => entry.Worker is null))
            {
                if (!lanes.TryDequeue(out var lane, out var begin))
                    break;
                expected[waiting.Id] = begin;
                lanes.Enqueue(lane, begin + Length(waiting.Description));
            }
        }

        return expected;
    }

    // The names of runs have no dashes in it, and colons for slashes.
    private static string Plain(string suite) => suite.Replace('-', '_').Replace('/', ':');

    private static string SuiteOf(string description) => description.Split('/', 2)[0];

    private static List<double> ListOf(Dictionary<string, List<double>> lists, string key) => lists.TryGetValue(key, out var list) ? list : lists[key] = [];

    private TimeSpan Length(string? description)
    {
        var known = description is null ? _all
            : _byDescription.TryGetValue(description, out var same) ? same
            : _bySuite.TryGetValue(SuiteOf(description), out var similar) ? similar : _all;
        return Median(known);
    }

    private static TimeSpan Median(List<double> seconds)
    {
        seconds.Sort();
        return TimeSpan.FromSeconds((seconds[(seconds.Count - 1) / 2] + seconds[seconds.Count / 2]) / 2);
    }
}
