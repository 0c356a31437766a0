using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of runs.</summary>
internal static class RunPages
{
    private const int FlakyLooks = 20;
    private const int LaterRuns = 5;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", IndexAsync);
        routes.MapGet("/ui/runs", ListAsync);
        routes.MapGet("/ui/runs/{name}", RunAsync);
    }

    // Programs get the empty object that the results server gives them.
    private static Task<IResult> IndexAsync(HttpContext context, ResultsStore store, RecentChoices choices, CancellationToken cancellationToken) =>
        PageEndpoints.IsBrowser(context.Request)
            ? ListAsync(context, store, choices, cancellationToken)
            : Task.FromResult(Reply.Json(new System.Text.Json.Nodes.JsonObject()));

    private static async Task<IResult> ListAsync(HttpContext context, ResultsStore store, RecentChoices choices, CancellationToken cancellationToken)
    {
        var filter = RunFilter.Read(context.Request.Query);
        return PageEndpoints.Page<RunsPage>(new RunsView(
            await store.RunsAsync(filter.ToQuery(), cancellationToken), filter, await choices.ReadAsync(cancellationToken)));
    }

    private static async Task<IResult> RunAsync(string name, HttpContext context, ResultsStore store, Failures failures, CancellationToken cancellationToken)
    {
        name = Addresses.Read(name);
        if (await store.RunAsync(name, cancellationToken) is not { } run)
            return PageEndpoints.Missing($"There is no run {name}.");
        var jobs = await store.JobSummariesAsync(name, cancellationToken);
        var status = new QueryText(context.Request.Query).Text("status");
        var groups = await failures.GroupsAsync(jobs, name, cancellationToken);
        var others = await store.RunsAsync(new RunQuery { Suite = run.Suite, Branch = run.Branch, Count = 50 }, cancellationToken);
        var previous = others.Where(other => other.Posted < run.Posted).MaxBy(other => other.Posted)?.Name;
        return PageEndpoints.Page<RunPage>(new RunView(run, jobs, status, groups, previous, await FlakyAsync(run, jobs, store, cancellationToken)));
    }

    // What passed later is looked for in this run and the next ones of the suite; documents are read of those alone that may be the same job.
    private static async Task<IReadOnlySet<string>> FlakyAsync(RunRecord run, IReadOnlyList<JobSummary> jobs, ResultsStore store, CancellationToken cancellationToken)
    {
        var failed = jobs.Where(job => job.Status is JobState.Fail or JobState.Dead && job.Description is { Length: > 0 }).ToList();
        if (failed.Count == 0)
            return new HashSet<string>();
        var later = await store.RunsAsync(new RunQuery { Suite = run.Suite, From = run.Scheduled, Order = RunOrder.OldestScheduled, Count = LaterRuns }, cancellationToken);
        var passes = (await store.JobOutcomesAsync([.. later.Select(other => other.Name)], JobState.Pass, cancellationToken)).ToLookup(job => job.Description);
        var pairs = failed.Select(job => (Failed: job, Passed: passes[job.Description].FirstOrDefault(other => other.Posted > job.Posted && other.Sha1 == job.Sha1)))
            .Where(pair => pair.Passed is not null).Take(FlakyLooks);
        var flaky = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (one, other) in pairs)
        {
            if (await store.JobAsync(one.RunName, one.JobId, cancellationToken) is { } job && await store.JobAsync(other!.RunName, other.JobId, cancellationToken) is { } passed)
                flaky.UnionWith(Flakiness.Find([job], [passed]).Keys);
        }

        return flaky;
    }
}
