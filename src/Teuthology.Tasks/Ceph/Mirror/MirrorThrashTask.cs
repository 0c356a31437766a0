using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd-mirror-thrash</c>: ends and starts a cluster's <c>rbd-mirror</c> daemons until the job unwinds. Those tasks need <c>thrash: true</c>. Keys: cluster, seed, randomize (true),
/// max_thrash (1), min_thrash_delay (60 s), max_thrash_delay (120), max_revive_delay (10).
/// </summary>
[Task("rbd-mirror-thrash")]
public sealed class MirrorThrashTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var settings = ThrashSettings.Of(run, overrides: null);
        var options = MirrorThrashOptions.Read(settings);
        if (options.MaxThrash < 1)
            throw run.Wrong("'max_thrash' must be at least 1", "max_thrash");
        if (options.MinDelay > options.MaxDelay)
            throw run.Wrong("'min_thrash_delay' must not be more than 'max_thrash_delay'", "min_thrash_delay");
        var cluster = run.Job.Shared<CephClusters>().Find(settings.Cluster);
        var daemons = run.Job.Shared<MirrorDaemons>().Of(cluster.Name);
        return daemons.Count == 0
            ? throw run.Wrong($"no rbd-mirror of cluster {cluster.Name} runs; the job must have a task rbd-mirror before this one")
            : Thrashers.BeginAsync(run, new MirrorThrasher(cluster, daemons, options, run.Log), cancellationToken);
    }
}
