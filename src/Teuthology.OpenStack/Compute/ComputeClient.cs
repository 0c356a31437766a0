using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Teuthology.OpenStack;

/// <summary>Nova.</summary>
public sealed class ComputeClient
{
    // Marks what one order made, so that an order whose answer was lost is not given twice.
    private const string OrderKey = "teuthology-order";
    private static readonly Microversion Tags = new(2, 26);
    private static readonly Microversion NetworksRequired = new(2, 37);
    private static readonly Microversion TagsAtCreation = new(2, 52);
    private readonly ServiceCaller _nova;

    internal ComputeClient(ServiceCaller nova) => _nova = nova;

    /// <summary>The microversion that calls are made with.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Microversion> VersionAsync(CancellationToken cancellationToken) => _nova.VersionAsync(cancellationToken);

    /// <summary>Sizes of servers.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Flavor>> FlavorsAsync(CancellationToken cancellationToken) => _nova.ListAsync<Flavor>("list flavors", "flavors/detail", "flavors", cancellationToken);

    /// <summary>Makes a size; operators only.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="vcpus">Processors.</param>
    /// <param name="ram">Memory, in MiB.</param>
    /// <param name="disk">Disk, in GiB.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Flavor> CreateFlavorAsync(string name, int vcpus, int ram, int disk, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["flavor"] = new JsonObject { ["name"] = name, ["vcpus"] = vcpus, ["ram"] = ram, ["disk"] = disk } };
        return (await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create flavor {name}", "flavors", body), cancellationToken)).Read<Flavor>("flavor");
    }

    /// <summary>Key pairs of the user; without the time they were made.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<KeyPair>> KeyPairsAsync(CancellationToken cancellationToken) =>
        _nova.ListAsync<KeyPair>("list key pairs", "os-keypairs", "keypairs", cancellationToken, "keypair");

    /// <summary>A key pair; null when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<KeyPair?> FindKeyPairAsync(string name, CancellationToken cancellationToken) =>
        _nova.FindAsync<KeyPair>($"get key pair {name}", $"os-keypairs/{Uri.EscapeDataString(name)}", "keypair", cancellationToken);

    /// <summary>Tells Nova a public key.</summary>
    /// <param name="name">Its name: letters, digits, blanks, <c>-</c> and <c>_</c>.</param>
    /// <param name="publicKey">As in authorized_keys.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<KeyPair> CreateKeyPairAsync(string name, string publicKey, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["keypair"] = new JsonObject { ["name"] = name, ["public_key"] = publicKey.Trim() } };
        return OnceOnly.MakeAsync(
            async () => (await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create key pair {name}", "os-keypairs", body), cancellationToken)).Read<KeyPair>("keypair"),
            async () => await FindKeyPairAsync(name, cancellationToken) is { } there && SameKey(there.PublicKey, publicKey) ? there : null,
            _nova.Options,
            cancellationToken);
    }

    /// <summary>Forgets a key pair.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there was none.</returns>
    public Task<bool> DeleteKeyPairAsync(string name, CancellationToken cancellationToken) =>
        _nova.DeleteAsync($"delete key pair {name}", $"os-keypairs/{Uri.EscapeDataString(name)}", cancellationToken);

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
    public async Task<Server> WaitForServerAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var start = _nova.Options.Time.GetTimestamp(); ;)
        {
            var server = await FindServerAsync(id, cancellationToken) ?? throw new OpenStackException(FailureKind.Infrastructure, $"nova: server {id} is gone before it was up");
            if (server.Status == "ACTIVE")
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

    /// <summary>Restarts a server.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="hard">True: as a power button does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RebootServerAsync(string id, bool hard, CancellationToken cancellationToken) =>
        ActAsync(id, "reboot", new JsonObject { ["reboot"] = new JsonObject { ["type"] = hard ? "HARD" : "SOFT" } }, cancellationToken);

    /// <summary>What a server wrote to its console.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="lines">How many of the last lines; null for all there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> ConsoleOutputAsync(string id, int? lines, CancellationToken cancellationToken)
    {
        var order = new JsonObject();
        if (lines is not null)
            order["length"] = lines;
        var answer = await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"read the console of server {id}", $"servers/{id}/action", new JsonObject { ["os-getConsoleOutput"] = order }) { Repeatable = true }, cancellationToken);
        return answer.Json()["output"]?.ToString() ?? "";
    }

    /// <summary>Sets some metadata of a server; what else it has stays.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="metadata">What to set; values have at most 255 characters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetMetadataAsync(string id, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken) =>
        _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"set metadata of server {id}", $"servers/{id}/metadata", new JsonObject { ["metadata"] = Map(metadata) }) { Repeatable = true }, cancellationToken);

    /// <summary>Replaces the tags of a server; nothing on clouds without tags.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="tags">At most 60 characters each, without <c>/</c> and <c>,</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SetTagsAsync(string id, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        if (await _nova.VersionAsync(cancellationToken) >= Tags)
            await _nova.OrderAsync(new ServiceRequest(HttpMethod.Put, $"set tags of server {id}", $"servers/{id}/tags", new JsonObject { ["tags"] = List(tags) }), cancellationToken);
    }

    /// <summary>Attaches a volume.</summary>
    /// <param name="serverId">The server.</param>
    /// <param name="volumeId">The volume, which is <c>available</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<VolumeAttachment> AttachVolumeAsync(string serverId, string volumeId, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["volumeAttachment"] = new JsonObject { ["volumeId"] = volumeId } };
        return OnceOnly.MakeAsync(
            async () => (await _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"attach volume {volumeId} to server {serverId}", $"servers/{serverId}/os-volume_attachments", body), cancellationToken)).Read<VolumeAttachment>("volumeAttachment"),
            async () => (await AttachmentsAsync(serverId, cancellationToken)).FirstOrDefault(a => a.VolumeId == volumeId),
            _nova.Options,
            cancellationToken);
    }

    /// <summary>Volumes of a server.</summary>
    /// <param name="serverId">The server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<VolumeAttachment>> AttachmentsAsync(string serverId, CancellationToken cancellationToken) =>
        _nova.ListAsync<VolumeAttachment>($"list volumes of server {serverId}", $"servers/{serverId}/os-volume_attachments", "volumeAttachments", cancellationToken);

    /// <summary>Detaches a volume.</summary>
    /// <param name="serverId">The server.</param>
    /// <param name="volumeId">The volume.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it was not attached.</returns>
    public Task<bool> DetachVolumeAsync(string serverId, string volumeId, CancellationToken cancellationToken) =>
        _nova.DeleteAsync($"detach volume {volumeId} from server {serverId}", $"servers/{serverId}/os-volume_attachments/{volumeId}", cancellationToken);

    /// <summary>What the project may have, and has.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ComputeLimits> LimitsAsync(CancellationToken cancellationToken)
    {
        var answer = await _nova.OrderAsync(new ServiceRequest(HttpMethod.Get, "read its limits", "limits"), cancellationToken);
        return answer.Read<ComputeLimits>(answer.Json()["limits"]?["absolute"] ?? new JsonObject());
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
            server["user_data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data));
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

    private Task ActAsync(string id, string verb, JsonObject action, CancellationToken cancellationToken) =>
        _nova.OrderAsync(new ServiceRequest(HttpMethod.Post, $"{verb} server {id}", $"servers/{id}/action", action), cancellationToken);

    private static JsonObject Map(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var map = new JsonObject();
        foreach (var (key, value) in metadata)
            map[key] = value;
        return map;
    }

    private static JsonArray List(IEnumerable<string> tags) => [.. tags.Select(t => JsonValue.Create(t))];

    // Type and key; the comment is the user's.
    private static bool SameKey(string one, string other) => one.Trim().Split(' ').Take(2).SequenceEqual(other.Trim().Split(' ').Take(2));
}
