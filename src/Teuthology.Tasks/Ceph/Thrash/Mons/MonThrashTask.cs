using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>mon_thrash</c>: stops, freezes and starts monitors until the job unwinds. Needs three of them.</summary>
[Task("mon_thrash")]
public sealed class MonThrashTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var settings = ThrashSettings.Of(run, overrides: null);
        var cluster = run.Job.Shared<CephClusters>().Find(settings.Cluster);
        if (cluster.Layout.Mons.Count < 3)
            throw run.Wrong($"it needs at least 3 monitors, and the job has {cluster.Layout.Mons.Count}");
        return Thrashers.BeginAsync(run, new MonThrasher(cluster, MonThrashOptions.Read(settings), run.Log), cancellationToken);
    }
}
