using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>mon_recovery</c>: monitors stop one by one, all at once, and in the order of their ranks; each time those that are left must agree.</summary>
[Task("mon_recovery")]
public sealed class MonRecoveryTask : ClusterTask
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var mons = cluster.Layout.Mons;
        if (mons.Count < 2)
            throw run.Wrong($"it needs at least 2 monitors, and the job has {mons.Count}");
        await QuorumAsync(mons.Count);

        CephLog.Note(run.Log, "mon_recovery: each monitor in turn");
        foreach (var mon in mons)
        {
            await cluster.KillAsync(mon, cancellationToken);
            if (mons.Count > 2)
                await QuorumAsync(mons.Count - 1);
            await cluster.ReviveAsync(mon, null, cancellationToken);
            await QuorumAsync(mons.Count);
        }

        foreach (var order in new[] { mons, [.. mons.Reverse()] })
        {
            CephLog.Note(run.Log, $"mon_recovery: all, then back: {string.Join(' ', order.Select(m => m.Id))}");
            foreach (var mon in mons)
                await cluster.KillAsync(mon, cancellationToken);
            foreach (var mon in order.Take((mons.Count / 2) + 1))
                await cluster.ReviveAsync(mon, null, cancellationToken);
            await QuorumAsync((mons.Count / 2) + 1);
            foreach (var mon in order.Skip((mons.Count / 2) + 1))
                await cluster.ReviveAsync(mon, null, cancellationToken);
            await QuorumAsync(mons.Count);
        }

        if (mons.Count > 2)
            await CatchUpAsync(run, cluster, QuorumAsync, cancellationToken);

        Task QuorumAsync(int count) => cluster.Health.UntilAsync($"a quorum of {count}", s => s.Quorum == count, Limit, cancellationToken);
    }

    /// <summary>Those of the first two ranks miss what the others write, and learn it.</summary>
    private static async Task CatchUpAsync(TaskRun run, CephCluster cluster, Func<int, Task> quorum, CancellationToken cancellationToken)
    {
        var ranks = ((await cluster.Commands.JsonAsync("mon dump", cancellationToken))["mons"] as JsonArray ?? []).OrderBy(m => (int)m!["rank"]!).Select(m => (string)m!["name"]!).ToList();
        foreach (var name in ranks.Take(2))
        {
            var mon = cluster.Layout.Mons.Single(m => m.Id == name);
            CephLog.Note(run.Log, $"mon_recovery: {mon.Role} misses some writes");
            await cluster.KillAsync(mon, cancellationToken);
            await quorum(ranks.Count - 1);
            for (var i = 0; i < 29; i++)
                await cluster.Commands.MonAsync("log", new JsonObject { ["logtext"] = new JsonArray($"filler {i}, ignore this") }, cancellationToken);
            await cluster.ReviveAsync(mon, null, cancellationToken);
            await quorum(ranks.Count);
        }
    }
}
