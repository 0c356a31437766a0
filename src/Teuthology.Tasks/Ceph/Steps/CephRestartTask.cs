using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph.restart</c>: kills and starts daemons one after another. Keys: <c>daemons</c> (or just the list; all when none is named),
/// <c>wait-for-healthy</c> (true), <c>wait-for-osds-up</c> (false), <c>mon-health-to-clog</c> (the text 'true').
/// </summary>
[Task("ceph.restart")]
public sealed class CephRestartTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var task = CephSubtask.Read(run);
        var commands = task.Cluster.Commands;
        var quiet = task.Config.Get("mon-health-to-clog") is "false" or false;
        if (quiet)
            await commands.MonAsync("config set", new JsonObject { ["who"] = "mon", ["name"] = "mon_health_to_clog", ["value"] = "false" }, cancellationToken);

        foreach (var daemon in task.Daemons)
            await RestartAsync(task.Cluster, daemon, cancellationToken);

        if (task.Flag(run, "wait-for-osds-up", false))
            await task.Cluster.Health.OsdsUpAsync(cancellationToken);
        if (task.Flag(run, "wait-for-healthy", true))
            await task.Cluster.Health.HealthyAsync(cancellationToken);
        if (quiet)
            await commands.MonAsync("config rm", new JsonObject { ["who"] = "mon", ["name"] = "mon_health_to_clog" }, cancellationToken);
    }

    private static async Task RestartAsync(CephCluster cluster, CephDaemon daemon, CancellationToken cancellationToken)
    {
        await cluster.Processes.StopAsync(daemon, cancellationToken);
        if (daemon.Type == "osd")
            await cluster.Commands.MonAsync("osd down", new JsonObject { ["ids"] = new JsonArray(daemon.Id) }, cancellationToken);
        await cluster.Processes.StartAsync(daemon, cancellationToken);
    }
}
