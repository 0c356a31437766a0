using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>osd_max_pg_per_osd</c>: an OSD takes no more placement groups than <c>mon max pg per osd</c> allows, and takes those that wait once others are gone. The job's
/// <c>ceph</c> sets the limit to <c>pg_num</c> and makes no pool of its own.
/// </summary>
[Task("osd_max_pg_per_osd")]
public sealed class OsdMaxPgPerOsdTask : JobTask<OsdMaxPgPerOsdOptions>
{
    private const int Tries = 30;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, OsdMaxPgPerOsdOptions options, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(options.Cluster);
        var before = await SettledAsync(cluster, cancellationToken);
        if (before.Count > 0)
            throw run.Wrong($"the cluster must have no pool yet, and has {before.Count} placement groups: give ceph 'create_rbd_pool: false' and switch the manager's device monitoring off");
        await (options.TestCreateFromMon
            ? AtCreationAsync(run, cluster, options.PgNum ?? 2, cancellationToken)
            : AtPeerAsync(run, cluster, options.PgNum ?? 1, options.FromPrimary, cancellationToken));
    }

    private static async Task AtCreationAsync(TaskRun run, CephCluster cluster, int groups, CancellationToken cancellationToken)
    {
        var first = await cluster.Pools.CreateAsync(null, groups, cancellationToken);
        Expect(await SettledAsync(cluster, cancellationToken), "the first pool's groups clean", s => s.Clean, groups);

        CephLog.Note(run.Log, "osd_max_pg_per_osd: a second pool, for which there is no room");
        var second = await cluster.Pools.CreateAsync(null, groups, cancellationToken);
        var both = await SettledAsync(cluster, cancellationToken);
        Expect(both, "only the first pool's groups clean", s => s.Clean, groups);
        Expect(both, "the second pool's groups waiting", Waits, groups);

        CephLog.Note(run.Log, "osd_max_pg_per_osd: the first pool goes and makes room");
        await cluster.Pools.RemoveAsync(first, cancellationToken);
        Expect(await SettledAsync(cluster, cancellationToken), "the second pool's groups clean", s => s.Clean, groups, of: groups);
        await cluster.Pools.RemoveAsync(second, cancellationToken);
    }

    private static async Task AtPeerAsync(TaskRun run, CephCluster cluster, int groups, bool fromPrimary, CancellationToken cancellationToken)
    {
        var first = await cluster.Pools.CreateAsync(null, groups, cancellationToken);
        Expect(await SettledAsync(cluster, cancellationToken), "the first pool's groups clean", s => s.Clean, groups);
        var second = await ElsewhereAsync(run, cluster, groups, cancellationToken);

        var pgs = await cluster.Pools.PgsAsync(cancellationToken);
        var acting = pgs[0].Acting;
        var victim = cluster.Osd(fromPrimary ? acting[^1] : acting[0]);
        CephLog.Note(run.Log, $"osd_max_pg_per_osd: {victim.Role}, {(fromPrimary ? "a replica" : "the primary")} of {pgs[0].Id}, goes out; no other has room");
        await cluster.MarkAsync("out", victim, cancellationToken);
        var stuck = await SettledAsync(cluster, cancellationToken);
        if (!stuck.Any(s => s.Has("activating") || s.Has("stale") || s.Has("peering")))
            throw Failed("no group is stuck in activating, stale or peering", stuck);

        await cluster.Pools.RemoveAsync(second, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.UntilAsync("the first pool's groups clean", s => s.Pgs == groups && s.PgsClean == groups, Limit, cancellationToken);
        await cluster.MarkAsync("in", victim, cancellationToken);
        await cluster.Pools.RemoveAsync(first, cancellationToken);
    }

    /// <summary>Makes a pool, again and again until its groups land on OSDs that have none: those that do not must be forgotten with their pool.</summary>
    private static async Task<string> ElsewhereAsync(TaskRun run, CephCluster cluster, int groups, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var pool = await cluster.Pools.CreateAsync(null, groups, cancellationToken);
            var states = await SettledAsync(cluster, cancellationToken);
            var clean = states.Count(s => s.Clean);
            Expect(states, "the groups that are not clean waiting", Waits, (groups * 2) - clean, of: groups * 2);
            if (clean == groups * 2)
                return pool;
            CephLog.Note(run.Log, $"osd_max_pg_per_osd: pool {pool} found no room ({tried}. try)");
            if (tried == Tries)
                throw Failed($"none of {Tries} pools landed on OSDs that have room", states);
            await cluster.Pools.RemoveAsync(pool, cancellationToken);
            await cluster.Health.UntilAsync("its groups forgotten", s => s.Pgs == groups, Limit, cancellationToken);
        }
    }

    private static bool Waits(PgState state) => state.Has("unknown") || state.Has("creating");

    private static void Expect(IReadOnlyList<PgState> states, string what, Func<PgState, bool> matches, int count, int? of = null)
    {
        if (states.Count(matches) != count || (of is { } all && states.Count != all))
            throw Failed($"{what}: expected {count}{(of is { } total ? $" of {total}" : "")}", states);
    }

    private static TeuthologyException Failed(string what, IReadOnlyList<PgState> states) =>
        new(FailureKind.Product, $"{what}; the groups are {string.Join(", ", states.GroupBy(s => s.Text).Select(g => $"{g.Count()} {g.Key}"))}");

    /// <summary>The states of all groups, once they are the same as six seconds before: longer than managers take to hear of a change.</summary>
    private static async Task<IReadOnlyList<PgState>> SettledAsync(CephCluster cluster, CancellationToken cancellationToken)
    {
        var start = cluster.Job.Time.GetTimestamp();
        IReadOnlyDictionary<string, string>? before = null;
        while (true)
        {
            await cluster.Health.FlushStatisticsAsync(cancellationToken);
            var pgs = await cluster.Pools.PgsAsync(cancellationToken);
            var now = pgs.ToDictionary(p => p.Id, p => p.State.Text, StringComparer.Ordinal);
            if (before is not null && before.Count == now.Count && now.All(p => before.TryGetValue(p.Key, out var old) && old == p.Value))
                return [.. pgs.Select(p => p.State)];
            if (cluster.Job.Time.GetElapsedTime(start) > Limit)
                throw Failed($"the groups do not come to rest within {Limit.TotalSeconds:0} s", [.. pgs.Select(p => p.State)]);
            before = now;
            await Task.Delay(TimeSpan.FromSeconds(6), cluster.Job.Time, cancellationToken);
        }
    }
}
