using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The page that compares two runs.</summary>
internal static class ComparePages
{
    private const int Choices = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/ui/compare", CompareAsync);

    private static async Task<IResult> CompareAsync(HttpContext context, ResultsStore store, CancellationToken cancellationToken)
    {
        var query = new QueryText(context.Request.Query);
        var (a, b) = (query.Text("a"), query.Text("b"));
        var runs = (await store.RunsAsync(new RunQuery { Count = Choices }, cancellationToken)).Select(run => run.Name).ToList();
        foreach (var name in new[] { a, b }.OfType<string>())
        {
            if (await store.RunAsync(name, cancellationToken) is null)
                return PageEndpoints.Page<ComparePage>(new CompareView(a, b, runs, [], $"There is no run {name}."));
        }

        var jobs = a is null || b is null
            ? []
            : ComparedJob.Of(await store.JobSummariesAsync(a, cancellationToken), await store.JobSummariesAsync(b, cancellationToken));
        return PageEndpoints.Page<ComparePage>(new CompareView(a, b, runs, jobs, null));
    }
}
