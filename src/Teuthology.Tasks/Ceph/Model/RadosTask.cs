using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rados</c>: random operations on objects that <c>ceph_test_rados</c> checks against a model, in the background until the job unwinds. Keys are upstream's:
/// clients, pools, runs, ops, objects, max_in_flight, object_size, op_weights, ec_pool, erasure_code_profile, min_size, fast_read …
/// </summary>
[Task("rados")]
public sealed class RadosTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(run.Text("cluster") ?? "ceph");
        var options = new RadosModelOptions(run);
        _ = options.Words("");
        var clients = TestPrograms.Clients(run);
        await TestPrograms.NeedAsync(run, "ceph_test_rados", clients, cancellationToken);

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cluster.Dead);
        var work = WorkAsync(run, cluster, options, clients, stop.Token);
        run.Defer("wait for rados", async (_, ct) =>
        {
            await using (ct.UnsafeRegister(_ => stop.Cancel(), null))
                await work;
            stop.Dispose();
        }, Timeout.InfiniteTimeSpan);
    }

    private static async Task WorkAsync(TaskRun run, CephCluster cluster, RadosModelOptions options, IReadOnlyList<string> clients, CancellationToken cancellationToken)
    {
        await Task.Yield();
        for (var round = 0; round < run.Whole("runs", 1); round++)
        {
            var profile = options.IsCoded ? (run.Map().Get("erasure_code_profile") as YamlMap)?.Get("name") as string ?? "teuthologyprofile" : null;
            if (profile is not null)
                await cluster.Pools.ProfileAsync(profile, run.Map().Get("erasure_code_profile") as YamlMap, cancellationToken);
            var given = new Stack<string>(run.Text("pool") is { } one ? [one] : run.Map().Get("pools") is YamlList list ? list.Select(p => $"{p}") : []);
            var plans = new List<(string Client, string Pool, bool Made)>();
            foreach (var client in clients)
            {
                if (given.TryPop(out var pool))
                {
                    plans.Add((client, pool, false));
                    continue;
                }

                var least = run.Map().Get("min_size") is null ? null : (int?)run.Whole("min_size", 0);
                pool = await cluster.Pools.CreateAsync(null, 16, profile, least, options.Overwrites, cancellationToken);
                if (run.Flag("fast_read"))
                    await cluster.Pools.SetAsync(pool, "fast_read", "true", cancellationToken);
                plans.Add((client, pool, true));
            }

            await InParallel.ForEachAsync(plans, (plan, ct) => ModelAsync(run, cluster, options, plan.Client, plan.Pool, ct), cancellationToken);
            foreach (var (_, pool, _) in plans.Where(p => p.Made))
            {
                await TrimmedAsync(cluster, pool, cancellationToken);
                await cluster.Pools.RemoveAsync(pool, cancellationToken);
            }
        }
    }

    private static async Task ModelAsync(TaskRun run, CephCluster cluster, RadosModelOptions options, string client, string pool, CancellationToken cancellationToken)
    {
        var remote = run.Job.Cluster.Single(client);
        await using var process = await remote.StartAsync(
            cluster.Program(remote, options.Words(pool)) with { Label = $"ceph_test_rados of {client}", Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CEPH_CLIENT_ID"] = Role.Split(client).Id } },
            cancellationToken);
        await process.WaitAsync(cancellationToken);
    }

    private static Task TrimmedAsync(CephCluster cluster, string pool, CancellationToken cancellationToken) =>
        new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(600), Time = cluster.Job.Time, Action = $"snapshots of {pool} trimmed" }.UntilAsync(
            async ct => (await cluster.Pools.PgsAsync(pool, ct)).All(pg => !pg.State.Has("snaptrim") && !pg.State.Has("snaptrim_wait")), cancellationToken);
}
