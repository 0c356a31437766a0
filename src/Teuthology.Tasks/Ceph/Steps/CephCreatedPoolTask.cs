using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>ceph.created_pool</c>: a list of pools that something else than a task made, for thrashers to know.</summary>
[Task("ceph.created_pool")]
public sealed class CephCreatedPoolTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find("ceph");
        var there = await cluster.Pools.DumpAsync(cancellationToken);
        foreach (var name in run.List().Select(n => $"{n}").Where(there.ContainsKey))
            cluster.Pools.Note(name);
    }
}
