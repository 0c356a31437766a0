using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary><c>/nodes/</c>: machines and who holds them.</summary>
internal static class NodeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/nodes", ListAsync);
        routes.MapGet("/nodes/machine_types", TypesAsync);
        routes.MapGet("/nodes/{name}", GetAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, LeaseStore store, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var types = query.Text("machine_type")?.Split('|');
        var locked = query.Truth("locked");
        var up = query.Truth("up");
        var count = query.Number("count", null);
        if (query.Error is not null)
            return Reply.BadRequest(query.Error);

        var nodes = (await store.ListAsync(cancellationToken)).Where(node =>
            (types is null || types.Contains(node.MachineType))
            && (locked is null || node.Locked == locked)
            && (up is null || node.Up == up)
            && (query.Text("os_type") is not { } type || node.OsType == type)
            && (query.Text("os_version") is not { } version || node.OsVersion == version)
            && (query.Text("locked_by") is not { } owner || node.LockedBy == owner));
        return Reply.List(nodes.Take(count ?? int.MaxValue).Select(NodeWire.Write));
    }

    private static async Task<IResult> TypesAsync(LeaseStore store, CancellationToken cancellationToken) =>
        Reply.List((await store.ListAsync(cancellationToken)).Select(node => node.MachineType).Distinct().Order(StringComparer.Ordinal)
            .Select(type => (System.Text.Json.Nodes.JsonNode)type));

    private static async Task<IResult> GetAsync(string name, LeaseStore store, CancellationToken cancellationToken) =>
        (await store.ListAsync(cancellationToken)).FirstOrDefault(node => node.Name == name) is { } node
            ? Reply.Json(NodeWire.Write(node))
            : Reply.NotFound("node not found");
}
