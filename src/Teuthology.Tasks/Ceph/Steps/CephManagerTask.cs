using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph_manager.*</c>: single steps on a cluster: <c>kill_osd</c>, <c>revive_osd</c>, <c>kill_mon</c>, <c>revive_mon</c>,
/// <c>mark_out_osd</c>, <c>mark_in_osd</c>, <c>mark_down_osd</c>, <c>wait_for_clean</c>, <c>wait_for_all_osds_up</c>, <c>flush_all_pg_stats</c>.
/// Configuration: <c>cluster</c>, and the daemon as first of <c>args</c> or in <c>kwargs</c>.
/// </summary>
[Task("ceph_manager.kill_osd")]
[Task("ceph_manager.revive_osd")]
[Task("ceph_manager.kill_mon")]
[Task("ceph_manager.revive_mon")]
[Task("ceph_manager.mark_out_osd")]
[Task("ceph_manager.mark_in_osd")]
[Task("ceph_manager.mark_down_osd")]
[Task("ceph_manager.wait_for_clean")]
[Task("ceph_manager.wait_for_all_osds_up")]
[Task("ceph_manager.flush_all_pg_stats")]
public sealed class CephManagerTask : IJobTask
{
    private static readonly TimeSpan ReviveLimit = TimeSpan.FromSeconds(360);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var step = run.Name.Replace('-', '_').Split('.')[1];
        var cluster = run.Job.Shared<CephClusters>().Find(run.Map().Get("cluster") as string ?? "ceph");
        switch (step)
        {
            case "kill_osd" or "kill_mon":
                await cluster.Processes.StopAsync(Daemon(run, cluster), cancellationToken);
                break;
            case "revive_osd" or "revive_mon":
                var daemon = Daemon(run, cluster);
                await cluster.Processes.StartAsync(daemon, cancellationToken);
                await WaitForSocketAsync(run, cluster, daemon, cancellationToken);
                break;
            case "mark_out_osd" or "mark_in_osd" or "mark_down_osd":
                await cluster.Commands.MonAsync($"osd {step.Split('_')[1]}", new JsonObject { ["ids"] = new JsonArray(Daemon(run, cluster).Id) }, cancellationToken);
                break;
            case "wait_for_clean":
                await cluster.Health.CleanAsync(cancellationToken);
                break;
            case "wait_for_all_osds_up":
                await cluster.Health.OsdsUpAsync(cancellationToken);
                break;
            default:
                await cluster.Health.FlushStatisticsAsync(cancellationToken);
                break;
        }
    }

    private static CephDaemon Daemon(TaskRun run, CephCluster cluster)
    {
        var type = run.Name.Split('_')[^1];
        var id = (run.Map().Get("args") as YamlList)?.FirstOrDefault() ?? (run.Map().Get("kwargs") as YamlMap)?.Get(type);
        return id is null
            ? throw run.Wrong($"which {type}? Write args: [ID] or kwargs: {{{type}: ID}}")
            : cluster.Layout.Resolve([new Role(cluster.Name, type, $"{id}").ToString()])[0];
    }

    private static Task WaitForSocketAsync(TaskRun run, CephCluster cluster, CephDaemon daemon, CancellationToken cancellationToken) =>
        new Poll { Sleep = TimeSpan.FromMilliseconds(500), Timeout = ReviveLimit, Time = run.Job.Time, Action = $"admin socket of {daemon.Role}" }.UntilAsync(
            async ct =>
            {
                await cluster.Processes.CheckAliveAsync([daemon]);
                var there = await daemon.Remote.RunAsync(
                    RemoteCommand.Args("test", "-S", $"/var/run/ceph/{cluster.Name}-{daemon.Name}.asok") with { Sudo = true, CheckStatus = false, Quiet = true }, ct);
                return there.ExitStatus == 0;
            },
            cancellationToken);
}
