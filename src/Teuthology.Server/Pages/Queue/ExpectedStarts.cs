using Teuthology.Scheduling;

namespace Teuthology.Server;

/// <summary>
/// When jobs of a tube are likely to begin: those in hand are taken to last as long as jobs like them did, and each worker that has one takes the next
/// when it is done. Workers that are idle now, or will be started, are not known: the truth is rather sooner.
/// </summary>
internal static class ExpectedStarts
{
    /// <summary>Works them out.</summary>
    /// <param name="entries">Jobs of one tube, those in hand first, the others in their order.</param>
    /// <param name="usual">How long a job of that description usually takes; null when nothing tells.</param>
    /// <param name="paused">Until when the tube is paused; null when it is not.</param>
    /// <param name="now">UTC.</param>
    /// <returns>For each entry; null for one in hand, and where nothing tells.</returns>
    public static IReadOnlyList<DateTime?> Of(IReadOnlyList<QueueEntry> entries, Func<string?, TimeSpan?> usual, DateTime? paused, DateTime now)
    {
        var free = new PriorityQueue<int, DateTime>();
        foreach (var job in entries.Where(entry => entry.Worker is not null))
        {
            if (usual(job.Description) is { } length)
                free.Enqueue(0, Later(now, (job.TakenAt ?? now) + length));
        }

        List<DateTime?> starts = [];
        var known = true;
        foreach (var job in entries)
        {
            if (job.Worker is not null || !known || !free.TryDequeue(out _, out var at))
            {
                starts.Add(null);
                continue;
            }

            at = Later(at, paused ?? now);
            starts.Add(at);

            // Behind a job of which nothing is known, nothing is known.
            if (usual(job.Description) is { } length)
                free.Enqueue(0, at + length);
            else
                known = free.Count > 0;
        }

        return starts;
    }

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;
}
