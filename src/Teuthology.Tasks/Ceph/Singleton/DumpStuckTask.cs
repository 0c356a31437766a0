using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>dump_stuck</c>: which placement groups are said to be stuck while OSDs are out, killed and gone for good. Two OSDs; no configuration.</summary>
[Task("dump_stuck")]
public sealed class DumpStuckTask : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        if (run.Config is not null)
            throw run.Wrong("it takes no configuration");
        var osds = Osds(run, cluster, 2, 2);
        await CleanAsync(cluster, cancellationToken);
        foreach (var mon in cluster.Layout.Mons)
            await mon.SetAsync("mon_pg_stuck_threshold", "10", cancellationToken);
        foreach (var mgr in cluster.Layout.OfType("mgr"))
            await mgr.SetAsync("mon_pg_stuck_threshold", "10", cancellationToken);

        await ExpectAsync("at first", TimeSpan.FromSeconds(60), (inactive, unclean, stale, _) => inactive + unclean + stale == 0);
        await cluster.MarkAsync("out", osds[0], cancellationToken);
        await ExpectAsync("while osd.0 is out", TimeSpan.FromSeconds(60), (inactive, unclean, stale, _) => inactive + unclean + stale == 0);
        await cluster.MarkAsync("in", osds[0], cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);

        await KillAndDownAsync(cluster, osds[0], cancellationToken);
        await ExpectAsync("while osd.0 is dead", TimeSpan.FromSeconds(900), (inactive, unclean, stale, all) => unclean == all);
        await KillAndDownAsync(cluster, osds[1], cancellationToken);
        await ExpectAsync("while both are dead", TimeSpan.FromSeconds(900), (inactive, unclean, stale, all) => stale == all);

        foreach (var osd in osds)
            await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await ExpectAsync("at last", TimeSpan.FromSeconds(60), (inactive, unclean, stale, _) => inactive + unclean + stale == 0);

        async Task ExpectAsync(string when, TimeSpan limit, Func<int, int, int, int, bool> right)
        {
            CephLog.Note(run.Log, $"dump_stuck: {when}");
            var start = cluster.Job.Time.GetTimestamp();
            while (true)
            {
                var counts = (Inactive: await StuckAsync(cluster, "inactive", cancellationToken), Unclean: await StuckAsync(cluster, "unclean", cancellationToken), Stale: await StuckAsync(cluster, "stale", cancellationToken));
                var all = (await cluster.Health.StatusAsync(cancellationToken)).Pgs;
                if (right(counts.Inactive, counts.Unclean, counts.Stale, all))
                    return;
                if (cluster.Job.Time.GetElapsedTime(start) > limit)
                    throw Failed($"stuck PGs {when}: {counts.Inactive} inactive, {counts.Unclean} unclean, {counts.Stale} stale of {all}");
                await PauseAsync(cluster, 1, cancellationToken);
            }
        }
    }

    private static async Task<int> StuckAsync(CephCluster cluster, string kind, CancellationToken cancellationToken)
    {
        var answer = await cluster.Commands.AskAsync("mgr", new JsonObject { ["prefix"] = "pg dump_stuck", ["stuckops"] = new JsonArray(kind), ["format"] = "json" }, cancellationToken);
        if (answer.Status != 0)
            throw Failed($"pg dump_stuck {kind}: {answer.Message}");
        if (answer.Output.Trim().Length == 0)
            return 0;
        return (answer.Json["stuck_pg_stats"] as JsonArray ?? answer.Json as JsonArray ?? []).Count;
    }
}
