namespace Teuthology.OpenStack;

/// <summary>That a server has a volume, as Cinder tells it.</summary>
/// <param name="ServerId">The server.</param>
/// <param name="AttachmentId">The attachment.</param>
/// <param name="Device">Device.</param>
public sealed record VolumeUse(string ServerId, string? AttachmentId = null, string? Device = null);
