using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph_objectstore_tool</c>: objects of a replicated and of an erasure-coded pool are looked at, changed, exported, removed and imported by <c>ceph-objectstore-tool</c> while all
/// OSDs are down, and must then be read as they were written.
/// </summary>
[Task("ceph_objectstore_tool")]
public sealed class StoreTestTask : JobTask<StoreTestOptions>
{
    private static readonly string[] Flags = ["noout", "nodown"];

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, StoreTestOptions options, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(options.Cluster);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        foreach (var flag in Flags)
            await cluster.FlagAsync(flag, on: true, cancellationToken);
        await PoolAsync(run, cluster, new StoreTestPool(cluster, "rep_pool", options.Objects, Coded: false), options.Pgnum, cancellationToken);
        await PoolAsync(run, cluster, new StoreTestPool(cluster, "ec_pool", options.Objects, Coded: true), options.Pgnum, cancellationToken);
        foreach (var flag in Flags)
            await cluster.FlagAsync(flag, on: false, cancellationToken);
    }

    private static async Task PoolAsync(TaskRun run, CephCluster cluster, StoreTestPool pool, int groups, CancellationToken cancellationToken)
    {
        string? profile = null;
        if (pool.Coded)
        {
            profile = "store_test";
            await cluster.Pools.ProfileAsync(profile, null, cancellationToken);
        }

        await cluster.Pools.CreateAsync(pool.Name, groups, profile, null, overwrites: false, cancellationToken);
        await cluster.Health.CleanAsync(cancellationToken);
        await pool.WriteAsync(cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        var acting = (await cluster.Pools.PgsAsync(pool.Name, cancellationToken)).ToDictionary(p => p.Id, p => p.Acting, StringComparer.Ordinal);
        foreach (var osd in cluster.Layout.Osds)
            await cluster.KillAsync(osd, cancellationToken);

        var copies = new List<StoreTestCopy>();
        foreach (var osd in cluster.Layout.Osds)
            copies.AddRange(await StoreTestCopy.ListAsync(cluster, osd, pool, cancellationToken));
        pool.Expect(copies, acting);
        CephLog.Note(run.Log, $"ceph_objectstore_tool: {pool.Name} has {copies.Count} copies of {pool.Objects} objects in {cluster.Layout.Osds.Count} stores");
        foreach (var copy in copies)
            await copy.CheckAsync(cancellationToken);
        foreach (var group in copies.DistinctBy(c => (c.Osd, c.Pg)))
            await group.MoveOutAndInAsync(cancellationToken);

        foreach (var osd in cluster.Layout.Osds)
            await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.CleanAsync(cancellationToken);
        await pool.ReadAsync(cancellationToken);
        await cluster.Pools.RemoveAsync(pool.Name, cancellationToken);
    }
}
