using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>watch_notify_same_primary</c>: twenty objects are watched; each watcher must hear of a notification before osd.0 dies, and of one after. Key: <c>clients</c>, one of them.
/// </summary>
[Task("watch_notify_same_primary")]
public sealed class WatchNotifyTask : ClusterTask
{
    private const int Count = 20;

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var clients = run.Map().TryGetList("clients", out var list) ? list.Select(c => $"{c}").ToList() : ["client.0"];
        if (clients is not [var role])
            throw run.Wrong("it takes one client", "clients");
        var remote = run.Job.Cluster.Single(role);
        await CleanAsync(cluster, cancellationToken);
        var pool = await cluster.Pools.CreateAsync(null, 8, cancellationToken);
        await cluster.FlagAsync("noout", on: true, cancellationToken);
        string[] rados = ["rados", "--cluster", cluster.Name, "--name", Role.Split(role).Daemon, "-p", pool];
        var watchers = new List<RemoteProcess>();
        run.Defer("end the watchers", async (_, _) =>
        {
            foreach (var watcher in watchers)
                await watcher.DisposeAsync();
        });

        for (var i = 0; i < Count; i++)
        {
            await remote.RunAsync(cluster.Program(remote, [.. rados, "put", $"foo-{i}", "/etc/passwd"]), cancellationToken);
            watchers.Add(await remote.StartAsync(cluster.Program(remote, [.. rados, "watch", $"foo-{i}"]) with { StdinPipe = true, CheckStatus = false, Label = $"watcher {i}" }, cancellationToken));
        }

        await WatchedAsync(cluster, remote, rados, cancellationToken);
        await NotifyAsync("notify1");
        await KillAndDownAsync(cluster, cluster.Osd(0), cancellationToken);
        await WatchedAsync(cluster, remote, rados, cancellationToken);
        await NotifyAsync("notify2");

        foreach (var (watcher, i) in watchers.Select((w, i) => (w, i)))
        {
            await watcher.Stdin.WriteAsync("\n"u8.ToArray(), cancellationToken);
            await watcher.Stdin.DisposeAsync();
            var heard = (await watcher.WaitAsync(cancellationToken)).Stdout;
            if (!heard.Contains("notify1", StringComparison.Ordinal) || !heard.Contains("notify2", StringComparison.Ordinal))
                throw Failed($"the watcher of foo-{i} did not hear of both notifications: {heard}");
        }

        await cluster.ReviveAsync(cluster.Osd(0), null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await cluster.FlagAsync("noout", on: false, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);

        Task NotifyAsync(string message) => InParallel.ForEachAsync(
            Enumerable.Range(0, Count), (i, ct) => remote.RunAsync(cluster.Program(remote, [.. rados, "notify", $"foo-{i}", message]), ct), cancellationToken);
    }

    /// <summary>Waits until each object has its watcher.</summary>
    private static async Task WatchedAsync(CephCluster cluster, Remote remote, string[] rados, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Count; i++)
        {
            var name = $"foo-{i}";
            await new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(300), Time = cluster.Job.Time, Action = $"watcher of {name}" }.UntilAsync(
                async ct => (await remote.RunAsync(cluster.Program(remote, [.. rados, "listwatchers", name]), ct)).Stdout.Contains("watcher=", StringComparison.Ordinal), cancellationToken);
        }
    }
}
