using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>What is done to a server that is there.</summary>
public sealed partial class ComputeClient
{
    // key_name from 2.54
    private static readonly Microversion UserDataAtRebuild = new(2, 57);

    /// <summary>Whether a rebuild can give a server another key pair and other user-data: Nova does from 2.57 (Queens).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> CanRebuildAsync(CancellationToken cancellationToken) => await _nova.VersionAsync(cancellationToken) >= UserDataAtRebuild;

    /// <summary>Gives a server a new root disk from an image; id, addresses, size and volumes stay. It is not up when this returns: see <see cref="WaitForServerAsync"/>.</summary>
    /// <param name="id">Its id; it is <c>ACTIVE</c>, <c>SHUTOFF</c> or in <c>ERROR</c>.</param>
    /// <param name="rebuild">What it becomes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OpenStackException">Nova refuses it, or is too old for it.</exception>
    public async Task RebuildServerAsync(string id, ServerRebuild rebuild, CancellationToken cancellationToken)
    {
        var version = await _nova.VersionAsync(cancellationToken);
        if (version < UserDataAtRebuild)
            throw new OpenStackException(FailureKind.Infrastructure, $"nova: cannot rebuild server {id} with new user-data: its API is {version}, that takes {UserDataAtRebuild}");
        var body = new JsonObject { ["imageRef"] = rebuild.ImageId, ["name"] = rebuild.Name, ["key_name"] = rebuild.KeyName, ["user_data"] = rebuild.UserData is { } data ? Encoded(data) : null };
        await ActAsync(id, "rebuild", new JsonObject { ["rebuild"] = body }, cancellationToken);
    }

    /// <summary>Stops a server's processors; it keeps its memory.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task PauseServerAsync(string id, CancellationToken cancellationToken) => ActAsync(id, "pause", new JsonObject { ["pause"] = null }, cancellationToken);

    /// <summary>Lets a paused server go on.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task UnpauseServerAsync(string id, CancellationToken cancellationToken) => ActAsync(id, "unpause", new JsonObject { ["unpause"] = null }, cancellationToken);

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
}
