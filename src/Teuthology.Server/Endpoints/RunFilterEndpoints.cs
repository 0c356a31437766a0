using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/runs/branch/…</c> and its like: values of a property, and the runs that have one.</summary>
internal static class RunFilterEndpoints
{
    private static readonly string[] Roots = ["branch", "date", "machine_type", "status", "suite", "sha1", "user", "flavors"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/runs/queued", QueuedAsync);
        foreach (var root in Roots)
            routes.Map($"/runs/{root}/{{**rest}}", (string? rest, HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken token) => AnswerAsync(root, rest, request, store, time, token));
    }

    private static async Task<IResult> QueuedAsync(HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        var runs = await store.RunsAsync(new RunQuery { Queued = true, Order = RunOrder.OldestScheduled, Count = int.MaxValue }, cancellationToken);
        return Reply.List(runs.Select(run => RunEndpoints.Wire(run, request)));
    }

    private static async Task<IResult> AnswerAsync(string root, string? rest, HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var path = RunFilterPath.Read([root, .. Segments.ReadAll(rest)], time);
        if (path.Error is { } error)
            return Reply.BadRequest(error);
        if (path.IsUnknown)
            return Reply.NotFound("there is nothing at this address");
        if (path.IsNothing)
            return Reply.List([]);
        if (path.Values is { } property)
            return Reply.List((await store.RunValuesAsync(property, path.Query, cancellationToken)).Select(value => (JsonNode)value));
        var asked = path.Query;
        if (!path.IsRange)
        {
            var query = new QueryText(request.Query);
            asked = asked with { Order = RunOrder.NewestScheduled, Since = query.Day("since", time), Count = query.Number("count", 25).Value, Page = query.Number("page", 1).Value };
            if (query.Error is not null)
                return Reply.BadRequest(query.Error);
        }

        return Reply.List((await store.RunsAsync(asked, cancellationToken)).Select(run => RunEndpoints.Wire(run, request)));
    }
}
