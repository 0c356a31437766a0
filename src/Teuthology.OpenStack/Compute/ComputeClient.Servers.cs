using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Teuthology.OpenStack;

/// <summary>Servers: ordered, found, waited for, ordered away.</summary>
public sealed partial class ComputeClient
{
    // Marks what one order made, so that an order whose answer was lost is not given twice.
    private const string OrderKey = "teuthology-order";
    private static readonly Microversion Tags = new(2, 26);
    private static readonly Microversion NetworksRequired = new(2, 37);
    private static readonly Microversion TagsAtCreation = new(2, 52);

    /// <summary>Orders a server, which is not up when this returns: see <see cref="WaitForServerAsync"/>. An order whose answer gets lost makes no second server.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QuotaExceededException">The project's quota is used up.</exception>
    /// <exception cref="OpenStackException">Nova refuses it.</exception>
    public async Task<Server> CreateServerAsync(ServerOrder order, CancellationToken cancellationToken)
    {
        var version = await _nova.VersionAsync(cancellationToken);
        var mark = Guid.NewGuid().ToString("N");
        var body = new JsonObject { ["server"] = Body(order, mark, version) };
        var id = await OnceOnly.MakeAsync(
            async () => (await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create server {order.Name}", "servers", body), cancellationToken)).Json()["server"]?["id"]?.ToString() ?? "",
            async () => (await ServersAsync(new ServerFilter { Name = order.Name }, cancellationToken)).FirstOrDefault(s => s.Metadata.GetValueOrDefault(OrderKey) == mark)?.Id,
            _nova.Options,
            cancellationToken);
        if (order.Tags.Count > 0 && version >= Tags && version < TagsAtCreation)
            await SetTagsAsync(id, order.Tags, cancellationToken);
        return await FindServerAsync(id, cancellationToken) ?? throw new OpenStackException(FailureKind.Infrastructure, $"nova: server {order.Name} ({id}) was made and is gone");
    }

    /// <summary>A server; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Server?> FindServerAsync(string id, CancellationToken cancellationToken) =>
        await _nova.FindAsync<Server>($"get server {id}", $"servers/{id}", "server", cancellationToken) is { Status: not "DELETED" } server ? server : null;

    /// <summary>Servers of the project.</summary>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Server>> ServersAsync(ServerFilter? filter, CancellationToken cancellationToken)
    {
        var query = new List<string>();
        if (filter?.Name is { } name)
            query.Add($"name={Uri.EscapeDataString($"^{Regex.Escape(name)}$")}");
        var hasTags = filter?.Tags is { Count: > 0 } && await _nova.VersionAsync(cancellationToken) >= Tags;
        if (hasTags)
            query.Add($"tags={Uri.EscapeDataString(string.Join(',', filter!.Tags))}");
        var all = await _nova.ListAsync<Server>("list servers", query.Count == 0 ? "servers/detail" : $"servers/detail?{string.Join('&', query)}", "servers", cancellationToken);
        return filter is null ? all : [.. all.Where(s => (filter.Name is null || s.Name == filter.Name) && filter.Metadata.All(m => s.Metadata.GetValueOrDefault(m.Key) == m.Value))];
    }

    /// <summary>Waits until a server is up.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">It came to state ERROR (the message has its fault), is gone, or is not up in time.</exception>
    public Task<Server> WaitForServerAsync(string id, TimeSpan timeout, CancellationToken cancellationToken) => WaitForStatusAsync(id, "ACTIVE", timeout, cancellationToken);

    /// <summary>Waits until a server is in a state.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="status"><c>ACTIVE</c>, <c>PAUSED</c>, …</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">It came to state ERROR (the message has its fault), is gone, or does not get there in time.</exception>
    public async Task<Server> WaitForStatusAsync(string id, string status, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var start = _nova.Options.Time.GetTimestamp(); ;)
        {
            var server = await FindServerAsync(id, cancellationToken) ?? throw new OpenStackException(FailureKind.Infrastructure, $"nova: server {id} is gone before it was {(status == "ACTIVE" ? "up" : status)}");
            if (server.Status == status)
                return server;
            if (server.Status == "ERROR")
                throw new OpenStackException(FailureKind.Infrastructure, $"nova: server {server.Name} ({id}) came to state ERROR{(server.Fault is { } fault ? $": {fault.Message} (code {fault.Code})" : "")}");
            if (_nova.Options.Time.GetElapsedTime(start) > timeout)
                throw new OpenStackException(FailureKind.Infrastructure, $"nova: server {server.Name} ({id}) is in state {server.Status}{(server.TaskState is { } task ? $" ({task})" : "")} after {timeout.TotalSeconds:0} s");
            await Task.Delay(Pause, _nova.Options.Time, cancellationToken);
        }
    }

    /// <summary>Orders a server away; see <see cref="WaitForDeletionAsync"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there was none.</returns>
    public Task<bool> DeleteServerAsync(string id, CancellationToken cancellationToken) => _nova.DeleteAsync($"delete server {id}", $"servers/{id}", cancellationToken);

    /// <summary>Orders a server away whatever its state, which some clouds let operators only.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>Where the user may not force it, it is ordered away as <see cref="DeleteServerAsync"/> does.</remarks>
    public async Task ForceDeleteServerAsync(string id, CancellationToken cancellationToken)
    {
        var order = new ServiceRequest(HttpMethod.Post, $"force the deletion of server {id}", $"servers/{id}/action", new JsonObject { ["forceDelete"] = null });
        if (!(await _nova.SendAsync(order, cancellationToken)).Ok)
            await DeleteServerAsync(id, cancellationToken);
    }

    /// <summary>Waits until a server is gone.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">It is still there.</exception>
    public async Task WaitForDeletionAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var start = _nova.Options.Time.GetTimestamp(); await FindServerAsync(id, cancellationToken) is { } server;)
        {
            if (_nova.Options.Time.GetElapsedTime(start) > timeout)
                throw new OpenStackException(FailureKind.Infrastructure, $"nova: server {server.Name} ({id}) is still there (state {server.Status}) {timeout.TotalSeconds:0} s after its deletion was ordered{(server.Fault is { } fault ? $": {fault.Message}" : "")}");
            await Task.Delay(Pause, _nova.Options.Time, cancellationToken);
        }
    }

    // A real cloud takes half a minute for a server; a fake one is not waited for longer than it takes.
    private TimeSpan Pause => _nova.Options.FirstPause;

    private static JsonObject Body(ServerOrder order, string mark, Microversion version)
    {
        var server = new JsonObject
        {
            ["name"] = order.Name,
            ["flavorRef"] = order.FlavorId,
            ["imageRef"] = order.ImageId,
            ["metadata"] = Map(order.Metadata.Append(KeyValuePair.Create(OrderKey, mark))),
        };
        if (order.KeyName is { } key)
            server["key_name"] = key;
        if (order.UserData is { } data)
            server["user_data"] = Encoded(data);
        if (order.AvailabilityZone is { } zone)
            server["availability_zone"] = zone;
        if (order.ConfigDrive)
            server["config_drive"] = true;
        if (order.SecurityGroups.Count > 0)
            server["security_groups"] = new JsonArray([.. order.SecurityGroups.Select(g => new JsonObject { ["name"] = g })]);
        if (order.NetworkIds.Count + order.PortIds.Count > 0)
            server["networks"] = new JsonArray([.. order.NetworkIds.Select(n => new JsonObject { ["uuid"] = n }), .. order.PortIds.Select(p => new JsonObject { ["port"] = p })]);
        else if (version >= NetworksRequired)
            server["networks"] = order.NoNetwork ? "none" : "auto";
        if (order.Tags.Count > 0 && version >= TagsAtCreation)
            server["tags"] = List(order.Tags);
        return server;
    }

    private static string Encoded(string userData) => Convert.ToBase64String(Encoding.UTF8.GetBytes(userData));
}
