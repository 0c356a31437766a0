using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/health</c>: whether both stores answer.</summary>
internal static class HealthEndpoint
{
    public static async Task<IResult> GetAsync(ResultsStore results, LeaseStore nodes, CancellationToken cancellationToken)
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
