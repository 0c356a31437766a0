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
        return PageEndpoints.Page<FailuresPage>(new FailuresView([.. failures.Select(failure => (failure, issues.Find(failure.Fingerprint, failure.Example), issues.FindExpired(failure.Fingerprint, failure.Example)))], issues, known.Error));
    }

    private static async Task<IResult> FailureAsync(string id, FailureIndex index, KnownIssuesFile known, CancellationToken cancellationToken) =>
        await index.FindAsync(id, cancellationToken) is { } failure
            ? PageEndpoints.Page<FailurePage>(new FailureView(failure, known.Current.Find(failure.Fingerprint, failure.Example), known.Current.FindExpired(failure.Fingerprint, failure.Example)))
            : PageEndpoints.Missing($"No job that is still known failed like {id}.");
}
