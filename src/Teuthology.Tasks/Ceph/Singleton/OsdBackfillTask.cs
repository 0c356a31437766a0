using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>osd_backfill</c>: an OSD that missed much comes back while another has just lost its last writes; all copies must be whole again. Three OSDs.</summary>
[Task("osd_backfill")]
public sealed class OsdBackfillTask : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var osds = Osds(run, cluster, 3, 3);
        await CleanAsync(cluster, cancellationToken);
        await using (var first = await BenchAsync(cluster, "rbd", 15, cancellationToken))
            await first.WaitAsync(cancellationToken);

        await cluster.MarkAsync("out", osds[0], cancellationToken);
        await KillAndDownAsync(cluster, osds[0], cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.RecoveredAsync(Patience, cancellationToken);

        await using (var second = await BenchAsync(cluster, "rbd", 30, cancellationToken))
        {
            await PauseAsync(cluster, 15, cancellationToken);
            await cluster.BlackholeAsync(osds[1], cancellationToken);
            await PauseAsync(cluster, 2, cancellationToken);
            await cluster.ReviveAsync(osds[1], null, cancellationToken);
            await second.WaitAsync(cancellationToken);
        }

        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.RecoveredAsync(Patience, cancellationToken);
        await cluster.ReviveAsync(osds[0], null, cancellationToken);
        await cluster.MarkAsync("in", osds[0], cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);
    }
}
