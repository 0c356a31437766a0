using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>When jobs are likely to begin: by how long jobs like those before them took, and how many are at work now.</summary>
public sealed class QueueForecast
{
    private const int RunsLookedAt = 8;
    private static readonly string[] Over = [JobState.Pass, JobState.Fail, JobState.Dead];

    private readonly Dictionary<string, List<double>> _byDescription = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<double>> _bySuite = new(StringComparer.Ordinal);
    private readonly List<double> _all = [];

    /// <summary>Learns from the newest runs.</summary>
    /// <param name="results">Where runs are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<QueueForecast> LearnAsync(IResultsDirectory results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        var forecast = new QueueForecast();
        foreach (var run in await results.RunsAsync(new RunQuery { Count = RunsLookedAt }, cancellationToken))
        {
            foreach (var job in await results.JobsAsync(run.Name, cancellationToken))
            {
                if (Over.Contains(job.Status) && job.Duration is > 0 and var seconds)
                    forecast.Learn(job.Description, seconds);
            }
        }

        return forecast;
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

    /// <summary>When the waiting jobs among these are likely to begin, UTC, by their ids. Jobs of a tube in which nobody works are not in it.</summary>
    /// <param name="entries">All jobs of the tubes, in the order in which the queue lists them.</param>
    /// <param name="now">The time, UTC.</param>
    public IReadOnlyDictionary<string, DateTime> Expect(IReadOnlyList<QueueEntry> entries, DateTime now)
    {
        var expected = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        if (_all.Count == 0)
            return expected;
        foreach (var tube in entries.GroupBy(entry => entry.Tube, StringComparer.Ordinal))
        {
            // Each job in hand is a lane that will be free when it is over.
            var lanes = new PriorityQueue<int, DateTime>();
            var count = 0;
            foreach (var held in tube.Where(entry => entry.Worker is not null))
            {
                var end = (held.TakenAt ?? now) + Length(held.Description);
                lanes.Enqueue(count++, end > now ? end : now);
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

    private static string SuiteOf(string description) => description.Split('/', 2)[0];

    private static List<double> ListOf(Dictionary<string, List<double>> lists, string key) => lists.TryGetValue(key, out var list) ? list : lists[key] = [];

    private TimeSpan Length(string? description)
    {
        var known = description is null ? _all
            : _byDescription.TryGetValue(description, out var same) ? same
            : _bySuite.TryGetValue(SuiteOf(description), out var similar) ? similar : _all;
        return TimeSpan.FromSeconds(known.Average());
    }
}
