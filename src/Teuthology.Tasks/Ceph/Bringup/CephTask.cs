using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph</c>: brings up a cluster on the job's roles and takes it down when the job unwinds. Needs Ceph to be installed.
/// On the way out every step runs even when an earlier one failed, and the cluster log is searched for errors and warnings.
/// </summary>
[Task("ceph", Needs = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages)]
public sealed class CephTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var options = CephOptions.Read(run);
        if (options.Unserved.Count > 0)
            CephLog.Warn(run.Log, $"ceph: OSDs have directories, not file systems of their own: nothing is made of {string.Join(", ", options.Unserved)}");
        var clusters = run.Job.Shared<CephClusters>();
        MonChannel? channel = null;
        var program = $"{run.Job.TestDirectory}/{options.Cluster}.mon-channel.py";
        var cluster = CephCluster.Plan(run.Job, options, layout => channel = new MonChannel(layout.FirstMon, program, options.Cluster));
        if (options.Coverage || run.Job.Summary.Get("flavor") is "gcov")
            await CoverageFolders.MakeAsync(run.Job, cancellationToken);
        await using var abandoned = new Abandoned(channel!);
        if (clusters.Count == 0)
        {
            await CephLogs.StartAsync(run, cluster.Layout.Hosts, cancellationToken);
            await LogRotation.StartAsync(run, cluster.Layout.Hosts, cancellationToken);
            await ValgrindReports.PrepareAsync(run, options.Valgrind, cluster.Layout, cancellationToken);
        }

        clusters.Add(cluster);

        var teardown = new CephTeardown(run, cluster, channel!, program);
        run.Defer($"remove cluster {cluster.Name}", async (error, ct) =>
        {
            try
            {
                await teardown.RunAsync(error, ct);
            }
            finally
            {
                clusters.Remove(cluster);
            }
        }, TimeSpan.FromHours(1)); // its scrub goes on for as long as it gets on
        abandoned.Keep();

        var bringup = new CephBringup(run, cluster, program);
        await bringup.RunAsync(cancellationToken);
        teardown.CameUp = true;
        foreach (var pool in (await cluster.Pools.DumpAsync(cancellationToken)).Keys)
            cluster.Pools.Note(pool);
        var watchdog = run.Use(new CephWatchdog(run.Job, cluster, WatchdogOptions.Read(run.Job.Config), run.Log));
        watchdog.Start();
        if (options.WaitForHealthy)
        {
            await cluster.Health.HealthyAsync(cancellationToken);
            CephLog.Healthy(run.Log, cluster.Name);
        }
    }

    private sealed class Abandoned(MonChannel channel) : IAsyncDisposable
    {
        private bool _keep;

        public void Keep() => _keep = true;

        public ValueTask DisposeAsync() => _keep ? ValueTask.CompletedTask : channel.DisposeAsync();
    }
}
