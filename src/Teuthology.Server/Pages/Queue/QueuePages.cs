using Teuthology.Scheduling;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The page of the queue.</summary>
internal static class QueuePages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/queue", QueueAsync);
        routes.MapGet("/ui/live/queue", (HttpContext context, OpenQueue queue) => LiveEndpoints.ChangesAsync(context, "queue", LiveEndpoints.OnceASecond, queue.StateAsync));
    }

    private static async Task<IResult> QueueAsync(HttpContext context, OpenQueue open, RecentForecast recent, TimeProvider time, CancellationToken cancellationToken)
    {
        var tube = new QueryText(context.Request.Query).Text("tube");
        if (open.Queue is not { } queue)
            return PageEndpoints.Page<QueuePage>(new QueueView(null, [], null, []));
        var tubes = await queue.TubesAsync(cancellationToken);
        var entries = await queue.ListAsync(new QueueQuery { Tube = tube, Count = QueueView.Count }, cancellationToken);
        var expected = (await recent.ReadAsync(cancellationToken)).Expect(entries, time.GetUtcNow().UtcDateTime, tubes);
        return PageEndpoints.Page<QueuePage>(new QueueView(
            queue.Place, tubes, tube, [.. entries.Select(entry => (entry, expected.TryGetValue(entry.Id, out var start) ? start : (DateTime?)null))]));
    }
}
