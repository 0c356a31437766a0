using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>The calls that change hands: paddles' <c>lock</c>, <c>lock_many</c>, <c>unlock_many</c>, and <c>heartbeat</c> for leases, which is ours.</summary>
internal static class LockEndpoints
{
    private static readonly string[] Many = ["count", "locked_by", "machine_type", "description"];
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/nodes/{name}/lock", LockAsync);
        routes.Map("/nodes/lock_many", LockManyAsync);
        routes.Map("/nodes/unlock_many", UnlockManyAsync);
        routes.MapMethods("/nodes/heartbeat", ["PUT", "POST"], RenewAsync);
    }

    /// <summary>Carries out what a body says of a machine: its lock by the rules of locks, then its facts.</summary>
    /// <exception cref="NodeRefusedException">It is refused; nothing is changed.</exception>
    public static async Task<NodeRecord> ApplyAsync(NodeRecord node, JsonObject body, INodeDirectory directory, CancellationToken cancellationToken)
    {
        var change = NodeUpdateWire.Parse(body);
        if (LockChange.Read(body) is { } locks)
        {
            if (await ChangeHandsAsync(node, locks, directory, cancellationToken))
                change = change with { Description = locks.Description is { Value: null } && !locks.Locked ? locks.Description : null };
        }

        if (change != new NodeUpdate())
            await directory.UpdateAsync(node.Name, change, cancellationToken);
        return await directory.FindAsync(node.Name, cancellationToken) ?? throw new NodeRefusedException(NodeRefusal.NotFound, "node not found");
    }

    // False when there is nothing to do: who unlocks what is free, and says so of the very same state, is right.
    private static async Task<bool> ChangeHandsAsync(NodeRecord node, LockChange locks, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (!locks.Locked && !node.Locked && string.IsNullOrEmpty(locks.Owner) && locks.Description is { Value: { } said } && said == node.Description)
            return false;
        if (node.Locked != locks.Locked)
            locks.RequireOwner();
        if (locks.Locked)
            await directory.LockAsync(node.Name, locks.Terms(locks.Description is { } given ? given.Value : node.Locked ? null : node.Description), cancellationToken);
        else
            await directory.UnlockAsync(node.Name, locks.Owner ?? "", locks.Description?.Value, cancellationToken);
        return true;
    }

    private static async Task<IResult> LockAsync(string name, HttpRequest request, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(name, cancellationToken) is not { } node)
            return Reply.NotFound("node not found");
        if (request.Method is not ("PUT" or "POST"))
            return Reply.BadRequest($"this URI only supports PUT and POST requests but {request.Method} was attempted");
        return Reply.Json(NodeWire.WriteLock(await ApplyAsync(node, await JsonBody.ReadAsync(request, cancellationToken), directory, cancellationToken)));
    }

    private static async Task<IResult> LockManyAsync(HttpRequest request, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (request.Method != "POST")
            return Reply.BadRequest("this URI only supports POST requests");
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (!Array.TrueForAll(Many, body.ContainsKey))
            return Reply.BadRequest($"must pass these fields: {string.Join(", ", Many)}");
        var count = JsonBody.Whole(body, "count") ?? 0;
        if (count < 1)
            return Reply.BadRequest("cannot lock less than 1 node");
        var types = MachineTypeText.Parse(NodeUpdateWire.Text(body, "machine_type", int.MaxValue)?.Value);
        if (types.Count == 0)
            return Reply.BadRequest("must specify machine_type");
        var locks = LockChange.Read(body, locked: true);
        locks.RequireOwner();
        var wait = JsonBody.Seconds(body, "wait_seconds") ?? TimeSpan.Zero;
        var asked = new LockManyRequest
        {
            Count = (int)Math.Min(count, int.MaxValue),
            MachineTypes = types,
            OsType = Fact(body, "os_type"),
            OsVersion = Fact(body, "os_version"),
            Arch = Fact(body, "arch"),
            Wait = wait < LongestWait ? wait : LongestWait,
            Ticket = JsonBody.Whole(body, "ticket"),
        };
        var held = await directory.LockManyAsync(asked, locks.Terms(locks.Description?.Value), cancellationToken);
        var hosts = await Carriers.OfAsync(held.Nodes, directory, cancellationToken);
        return Reply.List(held.Nodes.Select(node => NodeWire.Write(node, hosts.Of(node))));
    }

    private static async Task<IResult> UnlockManyAsync(HttpRequest request, INodeDirectory directory, CancellationToken cancellationToken)
    {
        if (request.Method != "POST")
            return Reply.BadRequest("this URI only supports POST requests");
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (body.Count != 2 || !body.ContainsKey("names") || !body.ContainsKey("locked_by"))
            return Reply.BadRequest("must pass these fields: names, locked_by");
        if (body["names"] is not JsonArray list || Names(list) is not { } names)
            return Reply.BadRequest("'names' must be a list");
        var locks = LockChange.Read(body, locked: false);
        if (names.Count > 0)
            locks.RequireOwner();
        return Reply.List((await directory.UnlockManyAsync(names, locks.Owner ?? "", cancellationToken)).Select(NodeWire.WriteLock));
    }

    private static async Task<IResult> RenewAsync(HttpRequest request, INodeDirectory directory, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (JsonBody.Whole(body, "fence") is not { } fence || body["names"] is not JsonArray list || Names(list) is not { Count: > 0 } names || JsonBody.Seconds(body, "lease_seconds") is not { } length)
            return Reply.BadRequest("must pass these fields: fence, names, lease_seconds");
        var held = new NodeLock([.. names.Select(name => new NodeRecord { Name = name, MachineType = "", Fence = fence, ExpiresAt = DateTimeOffset.MaxValue })]);
        return await directory.RenewAsync(held, length, cancellationToken)
            ? Reply.Done()
            : Reply.Refused(new NodeRefusedException(NodeRefusal.Conflict, $"lease {fence} is lost: it expired, or somebody unlocked a machine of it"));
    }

    private static string? Fact(JsonObject body, string key) => NodeUpdateWire.Text(body, key, int.MaxValue) is { Value: { Length: > 0 } text } ? text : null;

    private static List<string>? Names(JsonArray list)
    {
        var names = list.OfType<JsonValue>().Select(name => name.TryGetValue<string>(out var text) ? text : null).OfType<string>().ToList();
        return names.Count == list.Count ? names : null;
    }
}
