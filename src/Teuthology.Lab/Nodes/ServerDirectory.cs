using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>The machines of a server that speaks paddles' calls: ours, or a paddles.</summary>
/// <param name="http">Client; disposed with this.</param>
/// <param name="url">The server's address: <c>lock_server</c> of the site's configuration.</param>
/// <param name="patience">How long to try; null as upstream.</param>
public sealed class ServerDirectory(HttpClient http, string url, ServerPatience? patience = null) : INodeDirectory
{
    private readonly ServerCalls _calls = new(http, url, "lock server", patience ?? new ServerPatience());

    /// <inheritdoc/>
    public string Place => _calls.Place;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeRecord>> ListAsync(NodeQuery query, CancellationToken cancellationToken)
    {
        var words = new (string Name, string? Value)[]
        {
            ("machine_type", query.MachineTypes is { } types ? string.Join('|', types) : null),
            ("locked", Truth(query.Locked)),
            ("up", Truth(query.Up)),
            ("os_type", query.OsType),
            ("os_version", query.OsVersion),
            ("locked_by", query.LockedBy),
            ("count", query.Count?.ToString(CultureInfo.InvariantCulture)),
        };
        var text = string.Join('&', words.Where(word => word.Value is not null).Select(word => $"{word.Name}={Uri.EscapeDataString(word.Value!)}"));
        var nodes = await SendAsync(new(HttpMethod.Get, "list machines", text.Length == 0 ? "nodes/" : $"nodes/?{text}"), cancellationToken);
        return [.. Nodes(nodes).OrderBy(node => node.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<NodeRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _calls.SendAsync(new(HttpMethod.Get, $"read lock status for {name}", PathOf(name)), cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : Read(Checked(answer));
    }

    /// <inheritdoc/>
    public Task CreateAsync(string name, NodeUpdate facts, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["name"] = name };
        foreach (var (key, value) in NodeUpdateWire.Write(facts))
            body[key] = value?.DeepClone();
        return SendAsync(new(HttpMethod.Post, $"add {name}", "nodes/", body, Repeatable: false), cancellationToken);
    }

    /// <inheritdoc/>
    public Task UpdateAsync(string name, NodeUpdate change, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Put, $"update {name}", PathOf(name), NodeUpdateWire.Write(change)), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Delete, $"delete {name}", PathOf(name), Repeatable: false), cancellationToken);

    /// <inheritdoc/>
    public async Task<NodeLock> LockAsync(string name, LockTerms terms, CancellationToken cancellationToken)
    {
        var body = Terms(terms);
        body["name"] = name;
        body["locked"] = true;

        // The same lock twice is one lock, if only it has a description.
        var answer = await SendAsync(new(HttpMethod.Put, $"lock {name}", $"{PathOf(name)}lock/", body, Repeatable: terms.Description is not null), cancellationToken);
        return new NodeLock([Read(answer)]);
    }

    /// <inheritdoc/>
    public async Task<NodeLock> LockManyAsync(LockManyRequest request, LockTerms terms, CancellationToken cancellationToken)
    {
        var body = Terms(terms);
        body["count"] = request.Count;
        body["machine_type"] = string.Join('|', request.MachineTypes);
        foreach (var (key, value) in new[] { ("os_type", request.OsType), ("os_version", request.OsVersion), ("arch", request.Arch) })
        {
            if (value is not null)
                body[key] = value;
        }

        if (request.Wait > TimeSpan.Zero)
            body["wait_seconds"] = request.Wait.TotalSeconds;
        if (request.Ticket is not null)
            body["ticket"] = request.Ticket;
        var nodes = await SendAsync(new(HttpMethod.Post, $"lock {request.Count} machines", "nodes/lock_many/", body, Repeatable: false), cancellationToken);
        return new NodeLock([.. Nodes(nodes)]);
    }

    /// <inheritdoc/>
    public Task UnlockAsync(string name, string owner, string? description, CancellationToken cancellationToken)
    {
        // A description that is null would take away the one that the machine keeps.
        var body = new JsonObject { ["name"] = name, ["locked"] = false, ["locked_by"] = owner };
        if (!string.IsNullOrEmpty(description))
            body["description"] = description;
        return SendAsync(new(HttpMethod.Put, $"unlock {name}", $"{PathOf(name)}lock/", body), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeRecord>> UnlockManyAsync(IReadOnlyList<string> names, string owner, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]), ["locked_by"] = owner };
        return [.. Nodes(await SendAsync(new(HttpMethod.Post, $"unlock {string.Join(", ", names)}", "nodes/unlock_many/", body), cancellationToken))];
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(NodeLock held, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (held.ExpiresAt is null)
            return true;
        var body = new JsonObject
        {
            ["fence"] = held.Fence,
            ["names"] = new JsonArray([.. held.Nodes.Select(node => (JsonNode)node.Name)]),
            ["lease_seconds"] = duration.TotalSeconds,
        };
        var answer = await _calls.SendAsync(new(HttpMethod.Put, "renew a lease", "nodes/heartbeat/", body), cancellationToken);
        if (answer.Status == HttpStatusCode.Forbidden)
            return false;
        Checked(answer);
        return true;
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static JsonObject Terms(LockTerms terms)
    {
        var body = new JsonObject { ["locked_by"] = terms.Owner, ["description"] = terms.Description };
        if (terms.Lease is { } lease)
            body["lease_seconds"] = lease.TotalSeconds;
        if (terms.RequestId is { } id)
            body["request_id"] = id;
        return body;
    }

    private static string? Truth(bool? value) => value switch { true => "1", false => "0", null => null };

    private static string PathOf(string name) => $"nodes/{Uri.EscapeDataString(name)}/";

    private async Task<JsonNode?> SendAsync(ServerCall call, CancellationToken cancellationToken) =>
        Checked(await _calls.SendAsync(call, cancellationToken));

    private JsonNode? Checked(ServerAnswer answer) => answer.Ok
        ? answer.Body
        : throw new NodeRefusedException(
            answer.Status switch
            {
                HttpStatusCode.NotFound => NodeRefusal.NotFound,
                HttpStatusCode.Forbidden => NodeRefusal.Conflict,
                HttpStatusCode.ServiceUnavailable => NodeRefusal.Insufficient,
                _ => NodeRefusal.Invalid,
            },
            answer.Message.Length > 0 ? answer.Message : $"{Place} answers {(int)answer.Status}")
        {
            Ticket = (answer.Body as JsonObject)?["ticket"] is JsonValue ticket && ticket.TryGetValue<long>(out var number) ? number : null,
        };

    private IEnumerable<NodeRecord> Nodes(JsonNode? answer) =>
        answer is JsonArray nodes ? nodes.Select(Read) : throw NoPaddles("no list of machines");

    private NodeRecord Read(JsonNode? answer)
    {
        try
        {
            return NodeWire.Read(answer);
        }
        catch (FormatException e)
        {
            throw NoPaddles(e.Message);
        }
    }

    private TeuthologyException NoPaddles(string what) =>
        new(FailureKind.Infrastructure, $"lock server {Place} answers {what}: is it a server that knows /nodes/?");
}
