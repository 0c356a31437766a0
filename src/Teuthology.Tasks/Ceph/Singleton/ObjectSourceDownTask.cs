using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>object_source_down</c>: objects are asked to move from OSD to OSD while recovery is delayed, then all OSDs that have them die: the cluster must tell that it cannot find them, and
/// find them again when those are back. Four OSDs or more.
/// </summary>
[Task("object_source_down")]
public sealed class ObjectSourceDownTask : ClusterTask
{
    private static readonly IEnumerable<string> Names = Enumerable.Range(1, 9).Select(n => $"existing_{n}");

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var osds = Osds(run, cluster, 4);
        var pool = await cluster.Pools.CreateAsync(null, 8, cancellationToken);
        await cluster.Pools.SetAsync(pool, "size", "2", cancellationToken);
        await cluster.Pools.SetAsync(pool, "min_size", "1", cancellationToken);

        // All that is written goes to the third and the fourth
        foreach (var osd in osds.Where((_, number) => number is not (2 or 3)))
            await cluster.MarkAsync("out", osd, cancellationToken);
        await CleanAsync(cluster, cancellationToken);

        // Nothing is recovered, and logs reach back to the first write: what is missing is known by name
        foreach (var osd in osds)
        {
            await osd.SetAsync("osd_recovery_delay_start", "10000", cancellationToken);
            await osd.SetAsync("osd_min_pg_log_entries", "100000000", cancellationToken);
            await osd.SetAsync("osd_max_pg_log_entries", "100000000", cancellationToken);
        }

        await cluster.EachObjectAsync(pool, Names, "put $NAME /etc/group", cancellationToken);
        await MoveAsync(cluster, "out", osds[3], cancellationToken);
        await MoveAsync(cluster, "in", osds[0], cancellationToken);
        await MoveAsync(cluster, "out", osds[2], cancellationToken);
        await MoveAsync(cluster, "in", osds[1], cancellationToken);
        if (await UnfoundAsync(cluster, pool, cancellationToken) is var early and > 0)
            throw Failed($"{early} objects are unfound although the OSDs that have them are up");

        await KillAndDownAsync(cluster, osds[2], cancellationToken);
        await KillAndDownAsync(cluster, osds[3], cancellationToken);
        await cluster.Health.ActiveAsync(Patience, cancellationToken);
        var unfound = 0L;
        await new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(120), Time = cluster.Job.Time, Action = "unfound objects" }.UntilAsync(
            async ct => (unfound = await UnfoundAsync(cluster, pool, ct)) > 0, cancellationToken);
        CephLog.Note(run.Log, $"object_source_down: {unfound} objects are unfound");
        run.Job.Summary["unfound_objects"] = unfound;
        await MendAsync(cluster, osds, pool, cancellationToken);
    }

    /// <summary>Upstream leaves the cluster broken.</summary>
    private static async Task MendAsync(CephCluster cluster, IReadOnlyList<CephDaemon> osds, string pool, CancellationToken cancellationToken)
    {
        foreach (var osd in osds.Skip(2).Take(2))
            await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        foreach (var osd in osds)
        {
            await osd.SetAsync("osd_recovery_delay_start", "0", cancellationToken);
            await cluster.MarkAsync("in", osd, cancellationToken);
        }

        await cluster.KickRecoveryAsync(osds, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.EachObjectAsync(pool, Names, "get $NAME - | cmp - /etc/group", cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);
    }

    private static async Task MoveAsync(CephCluster cluster, string how, CephDaemon osd, CancellationToken cancellationToken)
    {
        await cluster.MarkAsync(how, osd, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveAsync(Patience, cancellationToken);
    }

    private static async Task<long> UnfoundAsync(CephCluster cluster, string pool, CancellationToken cancellationToken)
    {
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        return (await cluster.Pools.PgsAsync(pool, cancellationToken)).Sum(pg => pg.Unfound);
    }
}
