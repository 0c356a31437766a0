using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of runs.</summary>
internal static class RunPages
{
    private const int FlakyLooks = 10;

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
        return PageEndpoints.Page<RunsPage>(new RunsView(
            await store.RunsAsync(filter.ToQuery(), cancellationToken), filter, await RunChoices.ReadAsync(store, cancellationToken)));
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
        return PageEndpoints.Page<RunPage>(new RunView(run, jobs, status, groups, previous, await FlakyAsync(jobs, store, cancellationToken)));
    }

    // Documents are read of those few only that may be flaky.
    private static async Task<IReadOnlySet<string>> FlakyAsync(IReadOnlyList<JobSummary> jobs, ResultsStore store, CancellationToken cancellationToken)
    {
        var flaky = new HashSet<string>(StringComparer.Ordinal);
        foreach (var failed in jobs.Where(job => job.Status is JobState.Fail or JobState.Dead && job.Description is { Length: > 0 }).Take(FlakyLooks))
        {
            var later = (await store.JobHistoryAsync(failed.Description!, 10, cancellationToken))
                .Where(other => other.Status == JobState.Pass && other.Posted > failed.Posted && other.Sha1 == failed.Sha1).ToList();
            if (later.Count == 0 || await store.JobAsync(failed.RunName, failed.JobId, cancellationToken) is not { } job)
                continue;
            List<JobRecord> passed = [];
            foreach (var other in later)
            {
                if (await store.JobAsync(other.RunName, other.JobId, cancellationToken) is { } found)
                    passed.Add(found);
            }

            flaky.UnionWith(Flakiness.Find([job], passed).Keys);
        }

        return flaky;
    }
}
