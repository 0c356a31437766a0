using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>peer</c>: placement groups whose newest copy is on a dead OSD must say that they are down, and whom they wait for. Three OSDs.</summary>
[Task("peer")]
public sealed class PeerTask : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var osds = Osds(run, cluster, 3);
        await CleanAsync(cluster, cancellationToken);
        foreach (var osd in osds.Take(3))
            await osd.SetAsync("osd_recovery_delay_start", "120", cancellationToken);

        await cluster.KillAsync(osds[2], cancellationToken);
        await cluster.MarkAsync("down", osds[2], cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.RecoveredAsync(Patience, cancellationToken);
        await KillAndDownAsync(cluster, osds[1], cancellationToken);
        await cluster.ReviveAsync(osds[2], null, cancellationToken);
        await cluster.Health.UntilAsync("osd.2 up", s => s.OsdsUp == osds.Count - 1, TimeSpan.FromSeconds(300), cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveOrDownAsync(Patience, cancellationToken);

        var down = (await cluster.Pools.PgsAsync(cancellationToken)).Where(pg => pg.State.Has("down")).ToList();
        if (down.Count == 0)
            throw Failed("no placement group is down although the newest copies are on osd.1, which is dead");
        foreach (var pg in down)
            await ExplainsAsync(cluster, pg, cancellationToken);
        run.Job.Summary["peer_down_pgs"] = (long)down.Count;

        await cluster.ReviveAsync(osds[1], null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        foreach (var osd in osds.Take(3))
            await osd.SetAsync("osd_recovery_delay_start", "0", cancellationToken);
        await cluster.KickRecoveryAsync(osds.Take(3), cancellationToken);
        await CleanAsync(cluster, cancellationToken);
    }

    private static async Task ExplainsAsync(CephCluster cluster, PgFacts pg, CancellationToken cancellationToken)
    {
        var query = await cluster.CephJsonAsync(["pg", pg.Id, "query"], cancellationToken);
        var states = query["recovery_state"] as JsonArray ?? [];
        var names = states.Select(s => (string?)s!["name"] ?? "").ToList();
        var blocked = states.FirstOrDefault(s => s!["down_osds_we_would_probe"] is not null);
        var waits = (blocked?["down_osds_we_would_probe"] as JsonArray ?? []).Select(o => (int)o!).ToList();
        if (!names.Exists(n => n.EndsWith("Down", StringComparison.Ordinal)) || (string?)blocked?["blocked"] is not { } why || !why.StartsWith("peering is blocked", StringComparison.Ordinal) || waits is not [1])
            throw Failed($"pg {pg.Id} is down and does not say that it waits for osd.1: {string.Join(' ', names)}, waits for [{string.Join(' ', waits)}], blocked: {blocked?["blocked"]}");
    }
}
