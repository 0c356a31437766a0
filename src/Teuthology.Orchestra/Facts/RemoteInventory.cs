namespace Teuthology.Orchestra;

/// <summary>What a lock server is told of a host.</summary>
public static class RemoteInventory
{
    /// <summary>
    /// Upstream's <c>inventory_info</c>: <c>name</c>, <c>user</c>, <c>arch</c>, <c>os_type</c>, <c>os_version</c> (its first two parts),
    /// <c>ssh_pub_key</c> and <c>up</c>.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">It cannot be reached.</exception>
    public static async Task<IReadOnlyDictionary<string, object>> InventoryAsync(this Remote remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var facts = await remote.Facts.GetAsync(ct);
        return new OrderedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["name"] = remote.HostName,
            ["user"] = remote.User,
            ["arch"] = facts.Arch,
            ["os_type"] = facts.Os.Name,
            ["os_version"] = string.Join('.', facts.Os.Version.Split('.').Take(2)),
            ["ssh_pub_key"] = remote.HostKey ?? "",
            ["up"] = true,
        };
    }
}
