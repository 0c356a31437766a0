using System.Collections.Concurrent;

namespace Teuthology.Tasks;

/// <summary>The mounts of a job's clients, by role; upstream's <c>ctx.mounts</c>.</summary>
public sealed class CephMounts
{
    private readonly ConcurrentDictionary<string, CephMount> _mounts = new(StringComparer.Ordinal);

    /// <summary>All that were ever asked for, sorted by role.</summary>
    public IReadOnlyList<CephMount> All => [.. _mounts.Values.OrderBy(mount => mount.Role, StringComparer.Ordinal)];

    /// <summary>The mount of a client.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="make">Makes it on first use.</param>
    public CephMount Of(string role, Func<string, CephMount> make) => _mounts.GetOrAdd(role, make);
}
