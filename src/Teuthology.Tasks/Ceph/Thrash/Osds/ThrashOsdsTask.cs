using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>thrashosds</c>: breaks and mends the cluster's OSDs until the job unwinds, then makes all of them whole and waits for recovery.</summary>
[Task("thrashosds")]
public sealed class ThrashOsdsTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var settings = ThrashSettings.Of(run, "thrashosds");
        if (settings.Flag("powercycle", false))
            throw run.Wrong("'powercycle' needs hosts with a console that can cut their power; the job's OSDs are on machines of the lab", "powercycle");
        var cluster = run.Job.Shared<CephClusters>().Find(settings.Cluster);
        return Thrashers.BeginAsync(run, new OsdThrasher(cluster, OsdThrashOptions.Read(settings), run.Log), cancellationToken);
    }
}
