using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>Turns what the stores refuse, and their failures, into answers.</summary>
internal static class Refusals
{
    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException bad)
        {
            return Reply.Json(new System.Text.Json.Nodes.JsonObject { ["message"] = bad.Message }, bad.StatusCode);
        }
        catch (NodeRefusedException refusal)
        {
            return Reply.Refused(refusal);
        }
        catch (TeuthologyException failure) when (failure.Kind == FailureKind.Infrastructure)
        {
            // Upstream's words for it, which its clients try again on.
            return Reply.Refused(new NodeRefusedException(NodeRefusal.Insufficient, $"encountered a DB error; please retry: {failure.Message}"));
        }
    }
}
