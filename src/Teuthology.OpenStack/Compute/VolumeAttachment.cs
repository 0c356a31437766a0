using System.Text.Json.Serialization;

namespace Teuthology.OpenStack;

/// <summary>A volume at a server.</summary>
/// <param name="VolumeId">The volume.</param>
/// <param name="ServerId">The server.</param>
/// <param name="Device">Where the hypervisor put it, e.g. <c>/dev/vdb</c>: guests may see it elsewhere.</param>
public sealed record VolumeAttachment(
    [property: JsonPropertyName("volumeId")] string VolumeId,
    [property: JsonPropertyName("serverId")] string ServerId,
    string? Device = null);
