using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Cinder.</summary>
public sealed class VolumeClient
{
    private const string OrderKey = "teuthology-order";
    private readonly ServiceCaller _cinder;

    internal VolumeClient(ServiceCaller cinder) => _cinder = cinder;

    /// <summary>Whether the cloud has volumes at all.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken) => _cinder.ExistsAsync(cancellationToken);

    /// <summary>The microversion that calls are made with.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Microversion> VersionAsync(CancellationToken cancellationToken) => _cinder.VersionAsync(cancellationToken);

    /// <summary>Volumes of the project.</summary>
    /// <param name="metadata">Metadata that they must have; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Volume>> VolumesAsync(IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var all = await _cinder.ListAsync<Volume>("list volumes", "volumes/detail", "volumes", cancellationToken);
        return metadata is null ? all : [.. all.Where(v => metadata.All(m => v.Metadata.GetValueOrDefault(m.Key) == m.Value))];
    }

    /// <summary>A volume; null when there is none.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Volume?> FindVolumeAsync(string id, CancellationToken cancellationToken) => _cinder.FindAsync<Volume>($"get volume {id}", $"volumes/{id}", "volume", cancellationToken);

    /// <summary>Orders a volume, which cannot be used before <see cref="WaitForVolumeAsync"/>. An order whose answer gets lost makes no second volume.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="QuotaExceededException">The project's quota is used up.</exception>
    public Task<Volume> CreateVolumeAsync(VolumeOrder order, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N");
        var metadata = new JsonObject { [OrderKey] = mark };
        foreach (var (key, value) in order.Metadata)
            metadata[key] = value;
        var volume = new JsonObject { ["name"] = order.Name, ["size"] = order.Size, ["metadata"] = metadata };
        if (order.Type is { } type)
            volume["volume_type"] = type;
        if (order.AvailabilityZone is { } zone)
            volume["availability_zone"] = zone;
        var body = new JsonObject { ["volume"] = volume };
        return OnceOnly.MakeAsync(
            async () => (await _cinder.OrderAsync(new ServiceRequest(HttpMethod.Post, $"create volume {order.Name} of {order.Size} GiB", "volumes", body), cancellationToken)).Read<Volume>("volume"),
            async () => (await VolumesAsync(new Dictionary<string, string> { [OrderKey] = mark }, cancellationToken)).FirstOrDefault(),
            _cinder.Options,
            cancellationToken);
    }

    /// <summary>Waits until a volume can be attached.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Volume> WaitForVolumeAsync(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var start = _cinder.Options.Time.GetTimestamp(); ;)
        {
            var volume = await FindVolumeAsync(id, cancellationToken) ?? throw new OpenStackException(FailureKind.Infrastructure, $"cinder: volume {id} is gone before it was available");
            if (volume.Status == "available")
                return volume;
            if (volume.Status.StartsWith("error", StringComparison.Ordinal) || _cinder.Options.Time.GetElapsedTime(start) > timeout)
                throw new OpenStackException(FailureKind.Infrastructure, $"cinder: volume {volume.Name} ({id}) is in state {volume.Status}, not available, after {_cinder.Options.Time.GetElapsedTime(start).TotalSeconds:0} s");
            await Task.Delay(_cinder.Options.FirstPause, _cinder.Options.Time, cancellationToken);
        }
    }

    /// <summary>Sets some metadata of a volume; what else it has stays.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="metadata">What to set.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetMetadataAsync(string id, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        var map = new JsonObject();
        foreach (var (key, value) in metadata)
            map[key] = value;
        return _cinder.OrderAsync(new ServiceRequest(HttpMethod.Post, $"set metadata of volume {id}", $"volumes/{id}/metadata", new JsonObject { ["metadata"] = map }) { Repeatable = true }, cancellationToken);
    }

    /// <summary>Orders a volume away, which no server has.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there was none.</returns>
    public Task<bool> DeleteVolumeAsync(string id, CancellationToken cancellationToken) => _cinder.DeleteAsync($"delete volume {id}", $"volumes/{id}", cancellationToken);

    /// <summary>Orders a volume away whatever its state; operators only.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>Where the user may not force it, it is ordered away as <see cref="DeleteVolumeAsync"/> does.</remarks>
    public async Task ForceDeleteVolumeAsync(string id, CancellationToken cancellationToken)
    {
        var order = new ServiceRequest(HttpMethod.Post, $"force the deletion of volume {id}", $"volumes/{id}/action", new JsonObject { ["os-force_delete"] = new JsonObject() });
        if (!(await _cinder.SendAsync(order, cancellationToken)).Ok)
            await DeleteVolumeAsync(id, cancellationToken);
    }

    /// <summary>What the project may have, and has.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<VolumeLimits> LimitsAsync(CancellationToken cancellationToken)
    {
        var answer = await _cinder.OrderAsync(new ServiceRequest(HttpMethod.Get, "read its limits", "limits"), cancellationToken);
        return answer.Read<VolumeLimits>(answer.Json()["limits"]?["absolute"] ?? new JsonObject());
    }
}
