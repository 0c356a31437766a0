using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of failures.</summary>
internal static class FailurePages
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/failures", ListAsync);
        routes.MapGet("/ui/failures/{id}", FailureAsync);
    }

    private static async Task<IResult> ListAsync(FailureIndex index, KnownIssuesFile known, CancellationToken cancellationToken)
    {
        var issues = known.Current;
        var failures = await index.ListAsync(Most, cancellationToken);
        return PageEndpoints.Page<FailuresPage>(new FailuresView([.. failures.Select(failure => (failure, Known(failure, issues)))], issues, known.Error));
    }

    private static async Task<IResult> FailureAsync(string id, FailureIndex index, KnownIssuesFile known, CancellationToken cancellationToken) =>
        await index.FindAsync(id, cancellationToken) is { } failure
            ? PageEndpoints.Page<FailurePage>(new FailureView(failure, Known(failure, known.Current)))
            : PageEndpoints.Missing($"No job that is still known failed like {id}.");

    private static KnownIssue? Known(SeenFailure failure, KnownIssues issues) => issues.Find(failure.Fingerprint, failure.Example);
}
