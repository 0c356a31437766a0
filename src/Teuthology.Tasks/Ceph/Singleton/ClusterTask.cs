using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A test that does one thing to a running cluster and judges what comes of it. Its configuration is a mapping or nothing.</summary>
public abstract class ClusterTask : IJobTask
{
    /// <summary>Time that a state of the cluster may take where a test says nothing else.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(1200);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(run.Text("cluster") ?? "ceph");
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await RunAsync(run, cluster, cancellationToken);
    }

    /// <summary>Does the test; all OSDs are up.</summary>
    /// <param name="run">The task.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected abstract Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken);

    /// <summary>Fails the test.</summary>
    /// <param name="message">What is not as it should be.</param>
    protected static TeuthologyException Failed(string message) => new(FailureKind.Product, message);

    /// <summary>The OSDs, which must be of that number.</summary>
    /// <param name="run">The task.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="least">At least so many.</param>
    /// <param name="most">At most so many.</param>
    /// <exception cref="ConfigurationException">There are others.</exception>
    protected static IReadOnlyList<CephDaemon> Osds(TaskRun run, CephCluster cluster, int least, int most = int.MaxValue)
    {
        var count = cluster.Layout.Osds.Count;
        if (count < least || count > most)
            throw run.Wrong($"it needs {(least == most ? "exactly" : "at least")} {least} OSDs, and the job has {count}");
        return cluster.Layout.Osds;
    }

    /// <summary>A pause.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected static Task PauseAsync(CephCluster cluster, double seconds, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), cluster.Job.Time, cancellationToken);

    /// <summary>Fresh statistics, then clean.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected static async Task CleanAsync(CephCluster cluster, CancellationToken cancellationToken)
    {
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.CleanAsync(cancellationToken);
    }

    /// <summary>Kills an OSD, and has the monitors know at once.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="osd">The OSD.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected static async Task KillAndDownAsync(CephCluster cluster, CephDaemon osd, CancellationToken cancellationToken)
    {
        await cluster.KillAsync(osd, cancellationToken);
        await cluster.MarkAsync("down", osd, cancellationToken);
        await cluster.DownAsync(osd, TimeSpan.FromMinutes(5), cancellationToken);
    }

    /// <summary>Writes to a pool, four kilobytes at a time, beside what else is done.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    protected static Task<RemoteProcess> BenchAsync(CephCluster cluster, string pool, int seconds, CancellationToken cancellationToken) => cluster.Layout.FirstMon.StartAsync(
        cluster.Program(cluster.Layout.FirstMon, ["rados", "--cluster", cluster.Name, "-p", pool, "bench", $"{seconds}", "write", "-b", "4096", "--no-cleanup"])
            with { CheckStatus = false, Quiet = true, Label = "rados bench" },
        cancellationToken);
}
