using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>resolve_stuck_peering</c>: a group whose last primary is dead is down; when that OSD is declared lost it must go on.</summary>
[Task("resolve_stuck_peering")]
public sealed class ResolveStuckPeeringTask : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        const string pool = "foo";
        var osds = Osds(run, cluster, 2);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.CreateAsync(pool, 1, cancellationToken);
        await cluster.Pools.SetAsync(pool, "min_size", "1", cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        var primary = cluster.Osd((await PgAsync()).Acting[0]);
        var others = osds.Where(o => o != primary).ToList();

        foreach (var osd in others)
            await KillAndDownAsync(cluster, osd, cancellationToken);
        await cluster.EachObjectAsync(pool, Enumerable.Range(0, 100).Select(n => $"foo_{n}"), "put $NAME /etc/group", cancellationToken);
        await KillAndDownAsync(cluster, primary, cancellationToken);
        foreach (var osd in others)
            await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.UntilAsync("the others up", s => s.OsdsUp == others.Count, TimeSpan.FromSeconds(300), cancellationToken);
        await StateAsync("down", wanted: true, 60);

        await cluster.MarkAsync("lost", primary, cancellationToken);
        await StateAsync("down", wanted: false, 60);
        await cluster.ReviveAsync(primary, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);

        async Task<PgFacts> PgAsync() => (await cluster.Pools.PgsAsync(pool, cancellationToken)).Single();

        Task StateAsync(string name, bool wanted, int seconds) =>
            new Orchestra.Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(seconds), Time = cluster.Job.Time, Action = $"the group of {pool} {(wanted ? "" : "no longer ")}{name}" }
                .UntilAsync(async _ => (await PgAsync()).State.Has(name) == wanted, cancellationToken);
    }
}
