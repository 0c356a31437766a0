using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph_manager.*</c>: single steps on a cluster: <c>kill_osd</c>, <c>revive_osd</c>, <c>kill_mon</c>, <c>revive_mon</c>,
/// <c>mark_out_osd</c>, <c>mark_in_osd</c>, <c>mark_down_osd</c>, <c>wait_for_clean</c>, <c>wait_for_all_osds_up</c>, <c>flush_all_pg_stats</c>.
/// <c>create_pool</c>, <c>remove_pool</c>, <c>set_pool_property</c>, <c>do_pg_scrub</c>. Configuration: <c>cluster</c>, and <c>args</c> or <c>kwargs</c> such as the daemon.
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
[Task("ceph_manager.create_pool")]
[Task("ceph_manager.remove_pool")]
[Task("ceph_manager.set_pool_property")]
[Task("ceph_manager.do_pg_scrub")]
public sealed class CephManagerTask : IJobTask
{
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
                await cluster.ReviveAsync(daemon, null, cancellationToken);
                break;
            case "create_pool":
                await cluster.Pools.CreateAsync(Argument(run, 0, "pool_name"), int.Parse(Find(run, 1, "pg_num") ?? "16", CultureInfo.InvariantCulture), cancellationToken);
                break;
            case "remove_pool":
                await cluster.Pools.RemoveAsync(Argument(run, 0, "pool_name"), cancellationToken);
                break;
            case "set_pool_property":
                await cluster.Pools.SetAsync(Argument(run, 0, "pool_name"), Argument(run, 1, "prop"), Argument(run, 2, "val"), cancellationToken);
                break;
            case "do_pg_scrub":
                await cluster.Pools.ScrubAsync(Argument(run, 0, "pool"), int.Parse(Argument(run, 1, "pgnum"), CultureInfo.InvariantCulture), Find(run, 2, "stype") ?? "scrub", cancellationToken);
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

    private static string? Find(TaskRun run, int position, string key) =>
        (run.Map().Get("args") as YamlList)?.ElementAtOrDefault(position) is { } argument ? $"{argument}" : (run.Map().Get("kwargs") as YamlMap)?.Get(key) is { } named ? $"{named}" : null;

    private static string Argument(TaskRun run, int position, string key) =>
        Find(run, position, key) ?? throw run.Wrong($"'{key}' is missing; write it in kwargs: {{{key}: ...}}, or as number {position + 1} of args");
}
