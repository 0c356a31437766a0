using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>Waits for states of a cluster; fails at once when a daemon dies meanwhile, and tells the state when time is up.</summary>
/// <param name="layout">The cluster's daemons.</param>
/// <param name="ceph">Takes commands.</param>
/// <param name="processes">The running daemons.</param>
/// <param name="time">Clock.</param>
public sealed class CephHealth(CephLayout layout, ICephCommands ceph, CephProcesses processes, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1200);
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromSeconds(300);

    /// <summary>The state now.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CephStatus> StatusAsync(CancellationToken cancellationToken) => CephStatus.Read(await ceph.JsonAsync("status", cancellationToken));

    /// <summary>Waits until a manager is active.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task MgrAvailableAsync(CancellationToken cancellationToken) => UntilAsync("an active manager", s => s.MgrAvailable, FiveMinutes, cancellationToken);

    /// <summary>Waits until all OSDs are up.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task OsdsUpAsync(CancellationToken cancellationToken) =>
        UntilAsync($"all {layout.Osds.Count} OSDs up", s => s.OsdsUp >= layout.Osds.Count, FiveMinutes, cancellationToken);

    /// <summary>Waits until so many monitors form a quorum.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task QuorumAsync(int count, CancellationToken cancellationToken) => UntilAsync($"a quorum of {count}", s => s.Quorum >= count, FiveMinutes, cancellationToken);

    /// <summary>Waits until every placement group is active and clean; 1200 s without progress are a failure.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        await ProgressAsync("all PGs active+clean", p => p.Clean, Patience, cancellationToken);
    }

    /// <summary>Waits until every placement group is active and none recovers, backfills or is stale.</summary>
    /// <param name="limit">How long nothing may get better before it is a failure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RecoveredAsync(TimeSpan limit, CancellationToken cancellationToken) => ProgressAsync("all PGs recovered", p => p.Recovered, limit, cancellationToken);

    /// <summary>Waits until every placement group is active.</summary>
    /// <param name="limit">How long nothing may get better before it is a failure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ActiveAsync(TimeSpan limit, CancellationToken cancellationToken) => ProgressAsync("all PGs active", p => p.Active, limit, cancellationToken);

    /// <summary>Waits until every placement group is active, down or incomplete: what can be served is.</summary>
    /// <param name="limit">How long nothing may get better before it is a failure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ActiveOrDownAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        ProgressAsync("all PGs active or down", p => p.Active || (p.Has("down") || p.Has("incomplete")) && !p.Has("stale"), limit, cancellationToken);

    /// <summary>Waits until the state is as it should be.</summary>
    /// <param name="what">In words, for the error text.</param>
    /// <param name="reached">Whether it is.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task UntilAsync(string what, Func<CephStatus, bool> reached, TimeSpan limit, CancellationToken cancellationToken) =>
        UntilAsync(what, reached, limit, cancellationToken, null);

    /// <summary>Whether all placement groups are of a kind now; with fresh statistics.</summary>
    /// <param name="matches">The kind.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> AllAsync(Func<PgState, bool> matches, CancellationToken cancellationToken)
    {
        await FlushStatisticsAsync(cancellationToken);
        var status = await StatusAsync(cancellationToken);
        return status.PgsThat(matches) == status.Pgs;
    }

    /// <summary>Waits until the cluster is healthy: manager active, OSDs up, fresh statistics, PGs clean, and then HEALTH_OK.
    /// HEALTH_OK alone is also said by a cluster that has no manager to tell it of trouble.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task HealthyAsync(CancellationToken cancellationToken)
    {
        await WorkingAsync(cancellationToken);
        await UntilAsync("HEALTH_OK", s => s.Health == "HEALTH_OK" && s.Quorum >= layout.Mons.Count, FiveMinutes, cancellationToken);
    }

    /// <summary>The same without HEALTH_OK at the end.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WorkingAsync(CancellationToken cancellationToken)
    {
        if (layout.OfType("mgr").Any(processes.Runs))
            await MgrAvailableAsync(cancellationToken);
        await OsdsUpAsync(cancellationToken);
        await FlushStatisticsAsync(cancellationToken);
        if (layout.Osds.Count > 0)
            await CleanAsync(cancellationToken);
    }

    /// <summary>Has every OSD send its statistics now, and waits until the monitors have them; failures do not matter.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FlushStatisticsAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        foreach (var osd in layout.Osds.Where(processes.Runs))
        {
            var flushed = await ceph.AskAsync(osd.Name, new JsonObject { ["prefix"] = "flush_pg_stats" }, cancellationToken);
            if (flushed.Status != 0 || !long.TryParse(flushed.Output.Trim(), out var wanted))
                continue;
            while (time.GetElapsedTime(start) < FiveMinutes)
            {
                var seen = await ceph.TryMonAsync("osd last-stat-seq", new JsonObject { ["id"] = int.Parse(osd.Id) }, cancellationToken);
                if (seen.Status != 0 || (long.TryParse(seen.Output.Trim(), out var number) && number >= wanted))
                    break;
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task ProgressAsync(string what, Func<PgState, bool> matches, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (before, start) = (-1, time.GetTimestamp());
        while (true)
        {
            var status = await UntilAsync(
                what,
                s => s.Pgs == s.PgsThat(matches),
                limit,
                cancellationToken,
                s =>
                {
                    var now = s.PgsThat(matches);
                    var progress = s.Moving || now != before;
                    before = now;
                    return progress;
                });

            // Pools come and go meanwhile, and the manager may not yet know of all their groups
            var pools = (await ceph.JsonAsync("osd dump", cancellationToken))["pools"] as JsonArray ?? [];
            var expected = pools.Sum(p => (int)p!["pg_num"]!);
            if (status.Pgs >= expected)
                return;
            if (time.GetElapsedTime(start) > limit)
                throw new TeuthologyException(FailureKind.Timeout, $"cluster {layout.Cluster}: the manager knows {status.Pgs} of {expected} PGs after {limit.TotalSeconds:0} s");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<CephStatus> UntilAsync(string what, Func<CephStatus, bool> reached, TimeSpan limit, CancellationToken cancellationToken, Func<CephStatus, bool>? progress)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            await processes.CheckAliveAsync(layout.Resolve(null));
            var status = await StatusAsync(cancellationToken);
            if (reached(status))
                return status;
            if (progress?.Invoke(status) == true)
                start = time.GetTimestamp();
            if (time.GetElapsedTime(start) > limit)
                throw new TeuthologyException(FailureKind.Timeout, $"cluster {layout.Cluster}: {what} not reached within {limit.TotalSeconds:0} s; it is at: {status}");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
