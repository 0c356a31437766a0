using System.Collections.Concurrent;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>The mirroring daemons of a job, for what thrashes them.</summary>
public sealed class MirrorDaemons
{
    private readonly ConcurrentDictionary<string, RemoteDaemon> _all = new(StringComparer.Ordinal);

    /// <summary>Those of a cluster that mirror images.</summary>
    /// <param name="cluster">Name of the cluster that they are of.</param>
    public IReadOnlyList<RemoteDaemon> Of(string cluster) =>
        [.. _all.Where(d => Role.Split(d.Key).Cluster == cluster).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Value)];

    internal void Add(string client, RemoteDaemon daemon) => _all[client] = daemon;

    internal void Remove(string client) => _all.TryRemove(client, out _);
}
