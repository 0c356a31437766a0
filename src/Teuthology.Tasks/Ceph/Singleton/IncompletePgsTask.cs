using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>osd_recovery.test_incomplete_pgs</c>: OSDs that were to have been filled lose those they are filled from: some groups must say that they are down, and recover when those are back. Four OSDs.</summary>
[Task("osd_recovery.test_incomplete_pgs")]
public sealed class IncompletePgsTask : ClusterTask
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(300);

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var osds = Osds(run, cluster, 4, 4);
        await CleanAsync(cluster, cancellationToken);
        foreach (var osd in osds)
            await osd.SetAsync("osd_recovery_delay_start", "1000", cancellationToken);

        foreach (var osd in osds.Take(2))
            await cluster.MarkAsync("out", osd, cancellationToken);
        await CleanAsync(cluster, cancellationToken); // nothing is in them yet; a kick would take the delay back

        // More than a group's log remembers, which has to be filled anew, and a few that it does
        await using (var bench = await BenchAsync(cluster, "rbd", 15, cancellationToken))
            await bench.WaitAsync(cancellationToken);
        await cluster.EachObjectAsync("rbd", Enumerable.Range(1, 19).Select(n => $"dummy_{n}"), "put $NAME /etc/group", cancellationToken);
        foreach (var osd in osds.Take(2))
            await cluster.MarkAsync("in", osd, cancellationToken);
        foreach (var osd in osds.Skip(2))
            await cluster.MarkAsync("out", osd, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.UntilAsync("PGs that are not clean", s => s.PgsClean < s.Pgs, Soon, cancellationToken);
        await cluster.Health.ActiveAsync(Soon, cancellationToken);
        if (await cluster.Health.AllAsync(p => p.Clean, cancellationToken) || await cluster.Health.AllAsync(p => p.Recovered, cancellationToken))
            throw Failed("everything is in place although recovery is delayed");

        foreach (var osd in osds.Skip(2))
            await KillAndDownAsync(cluster, osd, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.UntilAsync("some PGs down or incomplete", s => s.PgsThat(p => p.Has("down") || p.Has("incomplete")) > 0, Soon, cancellationToken);

        foreach (var osd in osds.Skip(2))
        {
            await cluster.ReviveAsync(osd, null, cancellationToken);
            await cluster.MarkAsync("in", osd, cancellationToken);
        }

        await cluster.Health.OsdsUpAsync(cancellationToken);
        foreach (var osd in osds)
            await osd.SetAsync("osd_recovery_delay_start", "0", cancellationToken);
        await KickAsync();
        await CleanAsync(cluster, cancellationToken);

        Task KickAsync() => cluster.KickRecoveryAsync(osds, cancellationToken);
    }
}
