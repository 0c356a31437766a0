using System.Collections.Concurrent;

namespace Teuthology.Tasks;

/// <summary>The running clusters of a job, by name.</summary>
public sealed class CephClusters
{
    private readonly ConcurrentDictionary<string, CephCluster> _clusters = new(StringComparer.Ordinal);

    /// <summary>How many run.</summary>
    public int Count => _clusters.Count;

    /// <summary>Those that run, by name.</summary>
    public IReadOnlyList<CephCluster> All => [.. _clusters.Values.OrderBy(cluster => cluster.Name, StringComparer.Ordinal)];

    /// <summary>Notes a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <exception cref="ConfigurationException">One of that name runs already.</exception>
    public void Add(CephCluster cluster)
    {
        if (!_clusters.TryAdd(cluster.Name, cluster))
            throw new ConfigurationException($"cluster '{cluster.Name}' is already up: a second ceph task needs another 'cluster' name");
    }

    /// <summary>Forgets a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    public void Remove(CephCluster cluster) => _clusters.TryRemove(cluster.Name, out _);

    /// <summary>The cluster of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ConfigurationException">It does not run.</exception>
    /// <exception cref="TeuthologyException">The watchdog has given it up: nothing that is asked would be answered.</exception>
    public CephCluster Find(string name) => _clusters.TryGetValue(name, out var cluster)
        ? cluster.Dead.IsCancellationRequested ? throw new TeuthologyException(FailureKind.Product, $"cluster '{name}' was given up by its watchdog") : cluster
        : throw new ConfigurationException($"no cluster '{name}' is up; the job must have a ceph task before this one" + (_clusters.IsEmpty ? "" : $" (up: {string.Join(", ", _clusters.Keys)})"));
}
