using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/nodes/</c>: machines and what is known of them. A method that a path does not know reads it, as with paddles.</summary>
internal static class NodeEndpoints
{
    private static readonly string[] Reads = ["GET", "HEAD", "OPTIONS", "PATCH"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/nodes", [.. Reads, "PUT", "DELETE"], ListAsync);
        routes.MapPost("/nodes", CreateAsync);
        routes.Map("/nodes/machine_types", TypesAsync);
        routes.MapMethods("/nodes/{name}", [.. Reads, "POST"], GetAsync);
        routes.MapPut("/nodes/{name}", UpdateAsync);
        routes.MapDelete("/nodes/{name}", DeleteAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, NodeBook book, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var asked = new NodeQuery
        {
            MachineTypes = query.Text("machine_type")?.Split('|'),
            Locked = query.Truth("locked"),
            Up = query.Truth("up"),
            OsType = query.Text("os_type"),
            OsVersion = query.Text("os_version"),
            LockedBy = query.Text("locked_by"),
            Count = query.Number("count", null),
        };
        return query.Error is null
            ? Microsoft.AspNetCore.Http.Results.Bytes(await book.ListAsync(asked, cancellationToken), "application/json")
            : Reply.BadRequest(query.Error);
    }

    private static async Task<IResult> TypesAsync(INodeDirectory directory, CancellationToken cancellationToken) =>
        Reply.List((await directory.ListAsync(NodeQuery.All, cancellationToken)).Select(node => node.MachineType).Where(type => type.Length > 0)
            .Distinct().Order(StringComparer.Ordinal).Select(type => (JsonNode)type));

    private static async Task<IResult> GetAsync(string name, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(name, cancellationToken) is not { } node)
            return Reply.NotFound("node not found");
        var hosts = await Carriers.OfAsync([node], directory, cancellationToken);
        return Reply.Json(NodeWire.Write(node, hosts.Of(node)));
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, INodeDirectory directory, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (NodeUpdateWire.Text(body, "name", 256) is not { Value: { Length: > 0 } name })
            return Reply.BadRequest("could not find required key: 'name'");
        var change = NodeUpdateWire.Parse(body);
        var locks = LockChange.Read(body);
        if (locks is { Locked: true })
            locks.RequireOwner();
        await directory.CreateAsync(name, change, cancellationToken);
        if (locks is { Locked: true })
            await directory.LockAsync(name, locks.Terms(change.Description?.Value), cancellationToken);
        return Reply.Done();
    }

    private static async Task<IResult> UpdateAsync(string name, HttpRequest request, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(name, cancellationToken) is not { } node)
            return Reply.NotFound("attempted to update a non-existent node");
        await LockEndpoints.ApplyAsync(node, await JsonBody.ReadAsync(request, cancellationToken), directory, cancellationToken);
        return Reply.Done();
    }

    private static async Task<IResult> DeleteAsync(string name, INodeDirectory directory, ResultsStore results, CancellationToken cancellationToken)
    {
        await directory.DeleteAsync(name, cancellationToken);
        await results.UnlinkNodeAsync(name, cancellationToken);
        return Reply.Done();
    }
}
