using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/health</c>, <c>/health/ready</c>: whether both stores answer; <c>/health/live</c>: whether the server does, which is no reason to start it anew.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health", ["GET", "HEAD"], GetAsync);
        routes.MapMethods("/health/ready", ["GET", "HEAD"], GetAsync);
        routes.MapMethods("/health/live", ["GET", "HEAD"], () => Reply.Json(new JsonObject { ["status"] = "ok" }));
    }

    private static async Task<IResult> GetAsync(ResultsStore results, LeaseStore nodes, CancellationToken cancellationToken)
    {
        var report = new JsonObject
        {
            ["results"] = await AskAsync(() => results.RunsAsync(new RunQuery { Count = 1 }, cancellationToken)),
            ["nodes"] = await AskAsync(() => nodes.ListAsync(cancellationToken)),
        };
        var healthy = report.All(part => (string?)part.Value == "ok");
        report["status"] = healthy ? "ok" : "failing";
        return Reply.Json(report, healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string> AskAsync(Func<Task> store)
    {
        try
        {
            await store();
            return "ok";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return failure.Message;
        }
    }
}
