using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// The way up. The order is Ceph's: keys are in the monitors' store before they first start, OSDs are known by number before they start,
/// pools come when all OSDs are up, file systems when their servers stand by. What does not depend on each other runs at once.
/// </summary>
/// <param name="run">The task.</param>
/// <param name="cluster">What to bring up.</param>
/// <param name="program">Path of the command channel's program on the first monitor's machine.</param>
internal sealed class CephBringup(TaskRun run, CephCluster cluster, string program)
{
    private readonly CephLayout _layout = cluster.Layout;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await StepAsync("files and monitor stores", PrepareAsync, cancellationToken);
        var stores = StepAsync("object stores", MakeOsdsAsync, cancellationToken);
        try
        {
            await StepAsync("monitors", StartMonsAsync, cancellationToken);
        }
        finally
        {
            // Waited for in any case: a half-made store must not outlive this method
            await stores.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stores;
        await StepAsync("OSDs", StartOsdsAsync, cancellationToken);
        if (cluster.Options.CreateRbdPool && _layout.Osds.Count > 0)
            await StepAsync("pool rbd", CreateRbdPoolAsync, cancellationToken);
        if (_layout.OfType("mds").Count > 0)
            await StepAsync("file systems", ct => new CephFileSystems(cluster).CreateAsync(ct), cancellationToken);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await InParallel.ForEachAsync(_layout.Hosts, (remote, ct) => ScriptAsync(remote, "ceph files", NodeFiles.Prepare(cluster, remote), ct), cancellationToken);
        await _layout.FirstMon.WriteFileAsync(program, NodeTools.Read("mon-channel.py"), new RemoteFileOptions { Mkdir = true }, cancellationToken);
    }

    private Task MakeOsdsAsync(CancellationToken cancellationToken) => InParallel.ForEachAsync(
        _layout.Osds.GroupBy(o => o.Remote),
        (osds, ct) => ScriptAsync(osds.Key, "ceph-osd --mkfs", NodeFiles.MakeOsds(cluster, osds), ct),
        cancellationToken);

    private async Task StartMonsAsync(CancellationToken cancellationToken)
    {
        await cluster.Processes.StartAsync(_layout.Mons, cancellationToken);
        foreach (var command in cluster.Options.PreMgrCommands)
            await _layout.FirstMon.RunAsync(RemoteCommand.Args(command.Split(' ', StringSplitOptions.RemoveEmptyEntries)), cancellationToken);
        if (!cluster.Options.SkipMgrDaemons)
            await cluster.Processes.StartAsync(_layout.OfType("mgr"), cancellationToken);
        await cluster.Health.QuorumAsync((_layout.Mons.Count / 2) + 1, cancellationToken);
        await cluster.Commands.MonAsync("osd crush tunables", new JsonObject { ["profile"] = cluster.Options.CrushTunables }, cancellationToken);
    }

    private async Task StartOsdsAsync(CancellationToken cancellationToken)
    {
        foreach (var osd in _layout.Osds)
        {
            var id = int.Parse(osd.Id);
            await cluster.Commands.MonAsync("osd new", new JsonObject { ["uuid"] = cluster.OsdUuids[osd.Id].ToString(), ["id"] = id }, cancellationToken);
            if (cluster.Options.AddOsdsToCrush)
            {
                await cluster.Commands.MonAsync(
                    "osd crush create-or-move",
                    new JsonObject { ["id"] = id, ["weight"] = CephNumber.Real(1), ["args"] = new JsonArray("host=localhost", "root=default") },
                    cancellationToken);
            }
        }

        await cluster.Processes.StartAsync(_layout.Osds, cancellationToken);
        await cluster.Processes.StartAsync(_layout.OfType("mds"), cancellationToken);
    }

    private async Task CreateRbdPoolAsync(CancellationToken cancellationToken)
    {
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await cluster.Commands.MonAsync("osd pool create", new JsonObject { ["pool"] = "rbd", ["pg_num"] = 8 }, cancellationToken);
        await cluster.Commands.TryMonAsync("osd pool application enable", new JsonObject { ["pool"] = "rbd", ["app"] = "rbd", ["yes_i_really_mean_it"] = true }, cancellationToken);
    }

    private async Task StepAsync(string what, Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        var start = run.Job.Time.GetTimestamp();
        await step(cancellationToken);
        CephLog.StepDone(run.Log, cluster.Name, what, run.Job.Time.GetElapsedTime(start).TotalSeconds);
    }

    private static Task ScriptAsync(Remote remote, string label, string script, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = label, Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);
}
