using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>fwd_scrub</c>: scrubs every file system from its root, again and again, until the job unwinds. Keys: cluster, <c>scrub_timeout</c> (300 s), <c>sleep_between_iterations</c> (1 s).
/// </summary>
[Task("fwd_scrub")]
public sealed class ForwardScrubTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var settings = ThrashSettings.Of(run, overrides: null);
        var (limit, pause) = (settings.Seconds("scrub_timeout", 300), settings.Seconds("sleep_between_iterations", 1));
        var cluster = run.Job.Shared<CephClusters>().Find(settings.Cluster);
        if (cluster.Layout.OfType("mds").Count == 0)
            throw run.Wrong("it needs a metadata server, and the job has none");
        foreach (var name in await MdsMap.NamesAsync(cluster, cancellationToken))
            await Thrashers.BeginAsync(run, new ForwardScrubber(cluster, name, limit, pause, run.Log), cancellationToken);
    }
}
