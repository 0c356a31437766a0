using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of runs.</summary>
internal static class RunPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", IndexAsync);
        routes.MapGet("/ui/runs", ListAsync);
        routes.MapGet("/ui/runs/{name}", RunAsync);
    }

    // Programs get the empty object that the results server gives them.
    private static Task<IResult> IndexAsync(HttpContext context, ResultsStore store, CancellationToken cancellationToken) =>
        PageEndpoints.IsBrowser(context.Request)
            ? ListAsync(context, store, cancellationToken)
            : Task.FromResult(Reply.Json(new System.Text.Json.Nodes.JsonObject()));

    private static async Task<IResult> ListAsync(HttpContext context, ResultsStore store, CancellationToken cancellationToken)
    {
        var filter = RunFilter.Read(context.Request.Query);
        return PageEndpoints.Page<RunsPage>(new RunsView(await store.RunsAsync(filter.ToQuery(), cancellationToken), filter));
    }

    private static async Task<IResult> RunAsync(string name, HttpContext context, ResultsStore store, FailureIndex failures, CancellationToken cancellationToken)
    {
        name = Addresses.Read(name);
        if (await store.RunAsync(name, cancellationToken) is not { } run)
            return PageEndpoints.Missing($"There is no run {name}.");
        var jobs = await store.JobSummariesAsync(name, cancellationToken);
        var status = new QueryText(context.Request.Query).Text("status");
        var groups = await GroupsAsync(jobs, name, failures, cancellationToken);
        var others = await store.RunsAsync(new RunQuery { Suite = run.Suite, Branch = run.Branch, Count = 50 }, cancellationToken);
        var previous = others.Where(other => other.Posted < run.Posted).MaxBy(other => other.Posted)?.Name;
        return PageEndpoints.Page<RunPage>(new RunView(run, jobs, status, groups, previous, new HashSet<string>()));
    }

    /// <summary>Failed jobs by their fingerprints, with the other runs that had them.</summary>
    public static async Task<IReadOnlyList<FailureGroup>> GroupsAsync(IEnumerable<JobSummary> jobs, string run, FailureIndex failures, CancellationToken cancellationToken)
    {
        List<FailureGroup> groups = [];
        foreach (var group in FailureGroup.Of(jobs, _ => [], KnownIssues.None))
        {
            var runs = await failures.RunsAsync(group.Fingerprint.Id, cancellationToken);
            groups.Add(group with { Before = [.. runs.Where(other => other != run)] });
        }

        return groups;
    }
}
