using System.Collections.Concurrent;

namespace Teuthology.Tasks;

/// <summary>The object gateways of a job, by role, for tasks that talk to them.</summary>
public sealed class RgwEndpoints
{
    private readonly ConcurrentDictionary<string, Uri> _all = new(StringComparer.Ordinal);

    /// <summary>Addresses by role.</summary>
    public IReadOnlyDictionary<string, Uri> All => _all;

    internal void Add(string role, Uri address) => _all[role] = address;

    internal void Remove(string role) => _all.TryRemove(role, out _);
}
