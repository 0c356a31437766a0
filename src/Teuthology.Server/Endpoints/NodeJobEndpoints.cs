using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What ran on machines: <c>/nodes/NAME/jobs/</c>, <c>/nodes/NAME/job_stats/</c> and <c>/nodes/job_stats/</c>.</summary>
internal static class NodeJobEndpoints
{
    private static readonly string[] Statuses = [JobState.Pass, JobState.Fail, JobState.Queued, JobState.Running, JobState.Dead, JobState.Unknown, JobState.Waiting];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/nodes/job_stats", AllStatsAsync);
        routes.Map("/nodes/{name}/jobs", JobsAsync);
        routes.Map("/nodes/{name}/job_stats", StatsAsync);
    }

    private static async Task<IResult> JobsAsync(string name, HttpRequest request, ResultsStore results, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(name, cancellationToken) is null)
            return Reply.NotFound("node not found");
        var query = new QueryText(request.Query);
        var count = query.Number("count", 0);
        var page = Math.Max(1, query.Number("page", 1).Value);
        if (query.Error is not null)
            return Reply.BadRequest(query.Error);
        var asked = new JobQuery { Node = name, Run = query.Text("name"), Status = query.Text("status"), Count = count > 0 ? count : null, Page = page };
        return JobAnswers.List(await results.FindJobsAsync(asked, cancellationToken), request);
    }

    private static async Task<IResult> StatsAsync(string name, ResultsStore results, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(name, cancellationToken) is null)
            return Reply.NotFound("node not found");
        var jobs = await results.CountJobsAsync(new JobQuery { Node = name }, cancellationToken);
        return Reply.Json(new JsonObject(Statuses.Select(status => KeyValuePair.Create(status, (JsonNode?)Count(status)))));

        int Count(string status) => jobs.GetValueOrDefault(status) + (status == JobState.Unknown ? jobs.GetValueOrDefault(JobState.Skip) : 0);
    }

    // Ascending by the number of jobs, as upstream's page of busy machines reads it.
    private static async Task<IResult> AllStatsAsync(HttpRequest request, ResultsStore results, INodeDirectory directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var days = query.Number("since_days", 14);
        if (query.Error is not null || days < 1)
            return Reply.BadRequest(query.Error ?? "since_days must be a positive integer");
        var type = query.Text("machine_type");
        var counts = await results.NodeStatesAsync(time.GetUtcNow().UtcDateTime.AddDays(-Math.Min(days.Value, 36_500)), type is null ? null : [type, "multi"], cancellationToken);
        var names = (await directory.ListAsync(new NodeQuery { MachineTypes = type is null ? null : [type] }, cancellationToken)).Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        return Reply.Json(new JsonObject(counts.Where(count => names.Contains(count.Node)).GroupBy(count => count.Node).OrderBy(node => node.Sum(count => count.Jobs)).ThenBy(node => node.Key, StringComparer.Ordinal).Select(node =>
            KeyValuePair.Create(node.Key, (JsonNode?)new JsonObject(node.OrderBy(count => count.Status, StringComparer.Ordinal).Select(count => KeyValuePair.Create(count.Status, (JsonNode?)count.Jobs)))))));
    }
}
