using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>mon_clock_skew_check</c>: after <c>interval</c> (30 s) the cluster must warn of clock skews when <c>expect-skew</c> is set, and must not when it is not. Needs no OSDs.
/// </summary>
[Task("mon_clock_skew_check")]
public sealed class MonClockSkewCheckTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(run.Text("cluster") ?? "ceph");
        var mons = cluster.Layout.Mons.Count;
        await cluster.Health.UntilAsync($"a quorum of {mons}", s => s.Quorum == mons, TimeSpan.FromSeconds(300), cancellationToken);
        await Task.Delay(run.Seconds("interval", TimeSpan.FromSeconds(30)), run.Job.Time, cancellationToken);
        var status = await cluster.Health.StatusAsync(cancellationToken);
        var skew = status.Checks.Any(c => c.StartsWith("MON_CLOCK_SKEW", StringComparison.Ordinal));
        var expected = run.Flag("expect-skew");
        if (skew != expected)
            throw new TeuthologyException(FailureKind.Product, expected ? $"MON_CLOCK_SKEW is not among the health checks: {status}" : $"the monitors' clocks differ: {status}");
    }
}
