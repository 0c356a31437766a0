using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><c>mds_pre_upgrade</c>: leaves each file system one metadata server, and stops those that stand by: what Ceph asks for before servers of another release come.</summary>
[Task("mds_pre_upgrade")]
public sealed class MdsPreUpgradeTask : ClusterTask
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var names = await MdsMap.NamesAsync(cluster, cancellationToken);
        if (names.Count == 0)
            throw run.Wrong("the cluster has no file system");
        var serving = new List<string>();
        foreach (var name in names)
        {
            await cluster.CephAsync(["fs", "set", name, "max_mds", "1"], cancellationToken);
            MdsMap? map = null;
            await Wait(cluster, $"file system {name}: one active server").UntilAsync(
                async ct => (map = await MdsMap.ReadAsync(cluster, name, ct)) is { MaxMds: 1, Active: 1 } && map.Servers.All(s => s.State is "up:active" or "up:standby-replay"), cancellationToken);
            serving.AddRange(map!.Servers.Where(s => s.State == "up:active").Select(s => s.Name));
        }

        foreach (var daemon in cluster.Layout.OfType("mds").Where(d => !serving.Contains(d.DaemonId)))
        {
            CephLog.Note(run.Log, $"{run.Name}: stopping {daemon.Role}");
            await cluster.Processes.StopAsync(daemon, cancellationToken);
            await cluster.CephAsync(["mds", "fail", daemon.DaemonId], cancellationToken); // else the monitors wait for its beacons
        }

        await Wait(cluster, "no server stands by").UntilAsync(
            async ct => await MdsMap.ReadAsync(cluster, names[0], ct) is { Standby.Count: 0 }, cancellationToken);
    }

    private static Poll Wait(CephCluster cluster, string what) => new() { Sleep = TimeSpan.FromMilliseconds(500), Timeout = Limit, Time = cluster.Job.Time, Action = what };
}
