using System.Collections.Concurrent;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>What is known of each machine of a job.</summary>
internal sealed class HostFacts
{
    private readonly ConcurrentDictionary<Remote, HostFact> _facts = new();

    public HostFact this[Remote remote] => _facts[remote];

    /// <summary>What is known of a machine; null before it was looked at.</summary>
    public HostFact? Find(Remote remote) => _facts.GetValueOrDefault(remote);

    public void Add(Remote remote, HostFact fact) => _facts[remote] = fact;

    /// <summary>One machine of each file system: machines of a lab without own roots share theirs.</summary>
    public IReadOnlyList<Remote> OnePerFileSystem(Cluster cluster) => [.. cluster.Remotes.DistinctBy(r => _facts[r].FileSystem)];

    /// <summary>The machines for which something holds; of one that was not connected to nothing is known.</summary>
    public IReadOnlyList<Remote> Where(Cluster cluster, Func<HostFact, bool> holds) => [.. cluster.Remotes.Where(r => _facts.TryGetValue(r, out var fact) && holds(fact))];
}
