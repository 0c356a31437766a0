using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>The way down: scrub, file systems, daemons, cluster log, data. Every step runs; the first error is thrown at the end.</summary>
/// <param name="run">The task.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="channel">Its command channel.</param>
/// <param name="program">The channel's program on the first monitor's machine.</param>
internal sealed class CephTeardown(TaskRun run, CephCluster cluster, MonChannel channel, string program)
{
    private static readonly string[] Order = ["mds", "osd", "mgr", "mon"];
    private Exception? _first;

    /// <summary>The cluster came up in full; else there is nothing to ask it.</summary>
    public bool CameUp { get; set; }

    /// <param name="error">Why the job failed; null when all is well.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(Exception? error, CancellationToken cancellationToken)
    {
        var alive = CameUp && !cluster.Dead.IsCancellationRequested && await StepAsync("daemons", _ => cluster.Processes.CheckAliveAsync(cluster.Layout.Resolve(null)));
        if (alive)
        {
            await StepAsync("pg_num", StopPgNumChangesAsync);
            if (cluster.Options.WaitForScrub && cluster.Layout.Osds.Count > 0)
                await StepAsync("scrub", ct => new CephScrub(cluster, run.Job.Time, run.Log).RunAsync(ct));
            await StepAsync("quiet", ct => cluster.Commands.TryMonAsync(
                "config set", new JsonObject { ["who"] = "global", ["name"] = "mon_health_to_clog", ["value"] = "false" }, ct));
            if (cluster.Layout.OfType("mds").Count > 0)
                await StepAsync("file systems", ct => new CephFileSystems(cluster).RemoveAsync(ct));
        }

        await StepAsync("channel", async _ => await channel.DisposeAsync());
        foreach (var type in Order)
            await StepAsync($"stop {type}", ct => InParallel.ForEachAsync(cluster.Layout.OfType(type), cluster.Processes.StopAsync, ct));
        await StepAsync("cluster log", ct => new ClusterLogScan(cluster.Options.LogIgnorelist).CheckAsync(cluster, ct));
        if ((error ?? _first) is not null)
            await StepAsync("monitor stores", KeepMonStoresAsync);
        await StepAsync("data", ct => InParallel.ForEachAsync(cluster.Layout.Hosts, RemoveAsync, ct));

        if (_first is not null)
            ExceptionDispatchInfo.Throw(_first);

        async Task<bool> StepAsync(string what, Func<CancellationToken, Task> step)
        {
            var start = run.Job.Time.GetTimestamp();
            try
            {
                await step(cancellationToken);
                CephLog.StepDone(run.Log, cluster.Name, what, run.Job.Time.GetElapsedTime(start).TotalSeconds);
                return true;
            }
            catch (Exception error)
            {
                CephLog.Warn(run.Log, $"cluster {cluster.Name}: {what}: {error.Message}");
                _first ??= error;
                return false;
            }
        }
    }

    /// <summary>Has pools that are still growing or shrinking stay as they are.</summary>
    private async Task StopPgNumChangesAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, pool) in await cluster.Pools.DumpAsync(cancellationToken))
        {
            if ((int?)pool["pg_num_target"] is { } target && target != (int)pool["pg_num"]!)
                await cluster.Pools.SetAsync(name, "pg_num", $"{pool["pg_num"]}", cancellationToken);
        }
    }

    /// <summary>The monitors' stores of a failed job go into its archive, <c>data/ROLE.tgz</c>.</summary>
    private async Task KeepMonStoresAsync(CancellationToken cancellationToken)
    {
        if (run.Job.ArchivePath is not { } archive)
            return;
        var directory = Directory.CreateDirectory(Path.Combine(archive, "data")).FullName;
        foreach (var mon in cluster.Layout.Mons)
            await mon.Remote.GetTarAsync(mon.DataDirectory, Path.Combine(directory, $"{mon.Role}.tgz"), compress: true, sudo: true, cancellationToken);
    }

    private Task RemoveAsync(Remote remote, CancellationToken cancellationToken)
    {
        var script = NodeFiles.Remove(cluster, remote) + (remote == cluster.Layout.FirstMon ? $"rm -f {ShellQuote.Quote(program)}\n" : "");
        return remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = "ceph clean-up", Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);
    }
}
