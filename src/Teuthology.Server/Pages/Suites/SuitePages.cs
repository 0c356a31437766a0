using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of suites.</summary>
internal static class SuitePages
{
    private const int RecentRuns = 300;
    private const int Columns = 12;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/suites", ListAsync);
        routes.MapGet("/ui/suites/{suite}", SuiteAsync);
    }

    private static async Task<IResult> ListAsync(ResultsStore store, CancellationToken cancellationToken)
    {
        var runs = await store.RunsAsync(new RunQuery { Count = RecentRuns }, cancellationToken);
        return PageEndpoints.Page<SuitesPage>(new SuitesView([.. runs.GroupBy(run => run.Suite).OrderBy(suite => suite.Key, StringComparer.Ordinal)]));
    }

    private static async Task<IResult> SuiteAsync(string suite, HttpContext context, ResultsStore store, CancellationToken cancellationToken)
    {
        suite = Addresses.Read(suite);
        var branch = new QueryText(context.Request.Query).Text("branch");
        var runs = (await store.RunsAsync(new RunQuery { Suite = suite, Branch = branch, Count = Columns }, cancellationToken)).Reverse().ToList();
        if (runs.Count == 0)
            return PageEndpoints.Missing($"There is no run of suite {suite}{(branch is null ? "" : $" on branch {branch}")}.");
        var jobs = (await store.JobOutcomesAsync([.. runs.Select(run => run.Name)], null, cancellationToken)).ToLookup(job => job.RunName);
        return PageEndpoints.Page<SuitePage>(new SuiteView(suite, branch, runs, [.. runs.Select(run => jobs[run.Name])]));
    }
}
