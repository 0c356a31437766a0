using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>
/// Notes who locked or changed what: every call that writes, but for what jobs report of themselves. What changes machines is written with the change, the
/// rest after it.
/// </summary>
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
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var path = request.Path.Value!.Replace("\0", "", StringComparison.Ordinal);
        var deed = new Deed(time.GetUtcNow(), TokenGate.OwnerOf(context), context.Connection.RemoteIpAddress?.ToString(), request.Method, path, body);
        var isOfNodes = request.Path.StartsWithSegments("/nodes");
        if (isOfNodes)
            context.RequestServices.GetRequiredService<DeedInHand>().Deed = deed;
        await next(context);
        var status = context.Response.StatusCode;
        if (deed.IsWritten && status == StatusCodes.Status200OK)
            return;

        // Who asked may be gone by now.
        if (isOfNodes)
            await context.RequestServices.GetRequiredService<LeaseStore>().NoteAsync(deed, status, CancellationToken.None);
        else
            await context.RequestServices.GetRequiredService<ResultsStore>().AuditAsync(Entry(deed, status), CancellationToken.None);
    }

    private static AuditEntry Entry(Deed deed, int status) => new(deed.At.UtcDateTime, deed.Token, deed.Address, deed.Method, deed.Path, status, deed.Body);

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

    private static async Task<IResult> ListAsync(HttpRequest request, ResultsStore store, LeaseStore nodes, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var count = Math.Min(query.Number("count", 100).Value, 10_000);
        if (query.Error is not null)
            return Reply.BadRequest(query.Error);
        var path = query.Text("path");
        var ofNodes = (await nodes.DeedsAsync(path, count, cancellationToken)).Select(record => Entry(record.Deed, record.Status));
        var others = await store.AuditAsync(path, count, cancellationToken);
        return Reply.List(ofNodes.Concat(others).OrderByDescending(entry => entry.At).Take(count).Select(entry => new JsonObject
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
