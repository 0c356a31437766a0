using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The page of the queue.</summary>
internal static class QueuePages
{
    private const int Descriptions = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/queue", QueueAsync);
        routes.MapGet("/ui/live/queue", (HttpContext context, OpenQueue queue) => LiveEndpoints.ChangesAsync(context, "queue", queue.StateAsync));
    }

    private static async Task<IResult> QueueAsync(HttpContext context, OpenQueue open, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var tube = new QueryText(context.Request.Query).Text("tube");
        if (open.Queue is not { } queue)
            return PageEndpoints.Page<QueuePage>(new QueueView(null, [], null, []));
        var tubes = await queue.TubesAsync(cancellationToken);
        var entries = await queue.ListAsync(new QueueQuery { Tube = tube, Count = QueueView.Count }, cancellationToken);
        var usual = await UsualAsync(entries, store, cancellationToken);
        List<(QueueEntry, DateTime?)> jobs = [];
        foreach (var line in entries.GroupBy(entry => entry.Tube))
        {
            var pause = tubes.FirstOrDefault(one => one.Name == line.Key)?.Pause;
            List<QueueEntry> ordered = [.. line];
            var starts = pause is { Until: null }
                ? ordered.ConvertAll(_ => (DateTime?)null)
                : ExpectedStarts.Of(ordered, description => usual.GetValueOrDefault(description ?? "", usual.GetValueOrDefault("")), pause?.Until, time.GetUtcNow().UtcDateTime);
            jobs.AddRange(ordered.Zip(starts));
        }

        return PageEndpoints.Page<QueuePage>(new QueueView(queue.Place, tubes, tube, jobs));
    }

    // The median of the last passes; under the empty text that of all of them, for jobs that never ran.
    private static async Task<Dictionary<string, TimeSpan?>> UsualAsync(IReadOnlyList<QueueEntry> entries, ResultsStore store, CancellationToken cancellationToken)
    {
        var usual = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal);
        foreach (var description in entries.Select(entry => entry.Description).OfType<string>().Distinct().Take(Descriptions))
        {
            var lengths = (await store.JobHistoryAsync(description, 10, cancellationToken)).Select(job => job.Duration).OfType<double>().Where(length => length > 0).Order().ToList();
            if (lengths.Count > 0)
                usual[description] = TimeSpan.FromSeconds(lengths[lengths.Count / 2]);
        }

        if (usual.Count > 0)
            usual[""] = usual.Values.Order().ElementAt(usual.Count / 2);
        return usual;
    }
}
