using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Notes who locked or changed what: every call that writes, but for what jobs report of themselves.</summary>
internal static class AuditTrail
{
    private const int MostOfBody = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/audit", ["GET", "HEAD"], ListAsync);

    /// <summary>Around the call.</summary>
    public static async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!IsNoted(request))
        {
            await next(context);
            return;
        }

        request.EnableBuffering();
        var body = await BeginningAsync(request, context.RequestAborted);
        await next(context);
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var entry = new AuditEntry(
            time.GetUtcNow().UtcDateTime, TokenGate.OwnerOf(context), context.Connection.RemoteIpAddress?.ToString(), request.Method,
            request.Path.Value!.Replace("\0", "", StringComparison.Ordinal), context.Response.StatusCode, body);

        // It was done: who asked may be gone by now.
        await context.RequestServices.GetRequiredService<ResultsStore>().AuditAsync(entry, CancellationToken.None);
    }

    // What was refused changed nothing; a job's reports are the job itself.
    private static bool IsNoted(HttpRequest request) => request.Method is "PUT" or "POST" or "DELETE"
        && (request.Path.StartsWithSegments("/nodes") || request.Path.StartsWithSegments("/queue") || (request.Path.StartsWithSegments("/runs") && request.Method == "DELETE"))
        && !request.Path.StartsWithSegments("/nodes/heartbeat");

    private static async Task<string?> BeginningAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = new byte[MostOfBody];
        var count = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        request.Body.Position = 0;
        return count == 0 ? null : Encoding.UTF8.GetString(bytes, 0, count).Replace("\0", "", StringComparison.Ordinal);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var count = Math.Min(query.Number("count", 100).Value, 10_000);
        if (query.Error is not null)
            return Reply.BadRequest(query.Error);
        return Reply.List((await store.AuditAsync(query.Text("path"), count, cancellationToken)).Select(entry => new JsonObject
        {
            ["at"] = WireTime.Write(entry.At),
            ["token"] = entry.Token,
            ["address"] = entry.Address,
            ["method"] = entry.Method,
            ["path"] = entry.Path,
            ["status"] = entry.Status,
            ["body"] = entry.Body,
        }));
    }
}
