using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>osd_recovery</c>: an OSD comes back with writes that the others have replaced by then. Three OSDs.</summary>
[Task("osd_recovery")]
public sealed class OsdRecoveryTask : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var osds = Osds(run, cluster, 3, 3);
        foreach (var flag in new[] { "noin", "noout", "noup", "nodown" })
            await cluster.FlagAsync(flag, on: true, cancellationToken);
        foreach (var flag in new[] { "noin", "noout", "noup", "nodown" })
            await cluster.FlagAsync(flag, on: false, cancellationToken);

        await CleanAsync(cluster, cancellationToken);
        await using (var bench = await BenchAsync(cluster, "rbd", 20, cancellationToken))
        {
            await PauseAsync(cluster, 15, cancellationToken);
            await cluster.BlackholeAsync(osds[1], cancellationToken);
            await cluster.KillAsync(osds[2], cancellationToken);
            await PauseAsync(cluster, 2, cancellationToken);
            await cluster.ReviveAsync(osds[1], null, cancellationToken);
            await bench.WaitAsync(cancellationToken);
        }

        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveOrDownAsync(Patience, cancellationToken);
        await using (var more = await BenchAsync(cluster, "rbd", 15, cancellationToken))
            await more.WaitAsync(cancellationToken);
        await cluster.ReviveAsync(osds[2], null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);
    }
}
