using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>mds_thrash</c>: stops and starts metadata servers of every file system until the job unwinds. Needs two of them.</summary>
[Task("mds_thrash")]
public sealed class MdsThrashTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var settings = ThrashSettings.Of(run, overrides: null);
        var cluster = run.Job.Shared<CephClusters>().Find(settings.Cluster);
        if (cluster.Layout.OfType("mds").Count < 2)
            throw run.Wrong($"it needs at least 2 metadata servers, and the job has {cluster.Layout.OfType("mds").Count}");
        var options = MdsThrashOptions.Read(settings);
        foreach (var name in await MdsMap.NamesAsync(cluster, cancellationToken))
            await Thrashers.BeginAsync(run, new MdsThrasher(cluster, name, options, run.Log), cancellationToken);
    }
}
