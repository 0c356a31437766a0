using System.Text.Json.Nodes;

namespace Teuthology.Server;

/// <summary>Ends calls that take too long; what is read as it grows, and files, take as long as they take.</summary>
internal sealed class RequestPatience(ServerOptions options)
{
    public async Task LimitAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/ui/live") || context.Request.Path.StartsWithSegments("/archive"))
        {
            await next(context);
            return;
        }

        var gone = context.RequestAborted;
        using var late = new CancellationTokenSource(options.Patience, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, late.Token);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !gone.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsJsonAsync(new JsonObject { ["message"] = "the answer took too long; please retry" }, gone);
        }
        finally
        {
            context.RequestAborted = gone;
        }
    }
}
