using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>Volumes of servers.</summary>
public sealed partial class ComputeClient
{
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
}
