namespace Teuthology.OpenStack;

/// <summary>A port of Neutron: a network card.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="NetworkId">Its network.</param>
/// <param name="DeviceId">Server that has it; empty for none.</param>
/// <param name="DeviceOwner">What that is: <c>compute:nova</c>; empty for nothing.</param>
/// <param name="Status"><c>ACTIVE</c>, <c>DOWN</c>, …</param>
/// <param name="Description">Description.</param>
/// <param name="Tags">Tags.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Port(
    string Id,
    string Name,
    string NetworkId = "",
    string DeviceId = "",
    string DeviceOwner = "",
    string Status = "",
    string? Description = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? CreatedAt = null);
