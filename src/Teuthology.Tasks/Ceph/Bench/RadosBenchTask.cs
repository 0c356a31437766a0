using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>radosbench</c>: keeps a pool busy in the background until the job unwinds or the time is over. Keys: clients ([client.0]), time (360 s),
/// type (write, seq, rand), create_pool, pool, ec_pool, erasure_code_profile, concurrency (16), size, objectsize (65536), cleanup, write-omap.
/// </summary>
[Task("radosbench")]
public sealed class RadosBenchTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(run.Text("cluster") ?? "ceph");
        var time = run.Whole("time", 360);
        var type = run.Text("type") ?? "write";
        if (type is not ("write" or "seq" or "rand"))
            throw run.Wrong($"'type' must be write, seq or rand, not '{type}'", "type");

        var clients = run.Map().TryGetList("clients", out var list) ? list.Select(c => $"{c}") : ["client.0"];
        foreach (var role in clients)
            await StartAsync(run, cluster, role, type, time, cancellationToken);
    }

    private static async Task StartAsync(TaskRun run, CephCluster cluster, string role, string type, long time, CancellationToken cancellationToken)
    {
        var remote = run.Job.Cluster.Single(role);
        var makes = run.Flag("create_pool", true) && run.Text("pool") is null or "data";
        var pool = makes ? run.Job.Shared<PoolNames>().Next() : run.Text("pool") ?? "data";
        if (makes)
        {
            string? profile = null;
            if (run.Flag("ec_pool"))
            {
                profile = (run.Map().Get("erasure_code_profile") as YamlMap)?.Get("name") as string ?? "teuthologyprofile";
                await cluster.Pools.ProfileAsync(profile, run.Map().Get("erasure_code_profile") as YamlMap, cancellationToken);
            }

            await cluster.Pools.CreateAsync(pool, 16, profile, null, overwrites: false, cancellationToken);
        }

        if (type != "write")
            await remote.RunAsync(Bench(run, role, pool, "write", 60, keep: true), cancellationToken);
        var process = await remote.StartAsync(Bench(run, role, pool, type, time, keep: !run.Flag("cleanup", true)), cancellationToken);
        var limit = TimeSpan.FromSeconds((time * 30) + 300); // upstream's
        run.Defer($"radosbench of {role}", async (_, ct) =>
        {
            await using (process)
            {
                try
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, cluster.Dead);
                    var result = await process.WaitAsync(either.Token).WaitAsync(limit, run.Job.Time, either.Token);
                    Check(role, result.Stdout);
                }
                catch (OperationCanceledException) when (cluster.Dead.IsCancellationRequested)
                {
                    throw new TeuthologyException(FailureKind.Product, $"radosbench of {role}: the cluster was given up");
                }
                catch (TimeoutException)
                {
                    throw new TeuthologyException(FailureKind.Timeout, $"radosbench of {role} did not end within {limit.TotalSeconds:0} s");
                }
            }

            if (makes)
                await cluster.Pools.RemoveAsync(pool, ct);
        }, limit + run.Job.Options.UnwindTimeout);
    }

    private static RemoteCommand Bench(TaskRun run, string role, string pool, string type, long time, bool keep)
    {
        var words = new List<string> { "adjust-ulimits", "ceph-coverage", run.Job.RemoteArchive + "/coverage", "rados", "--no-log-to-stderr", "--name", Role.Split(role).Daemon };
        if (type == "write")
        {
            words.AddRange(["-b", $"{run.Whole("size", 65536)}"]);
            if (run.Whole("objectsize", 65536) is var objectSize and > 0)
                words.AddRange(["--object-size", $"{objectSize}"]);
        }

        words.AddRange(["-t", $"{run.Whole("concurrency", 16)}", "-p", pool, "bench", $"{time}", type]);
        if (run.Flag("write-omap"))
            words.Add("--write-omap");
        if (keep)
            words.Add("--no-cleanup");
        return RemoteCommand.Args(words) with { Label = $"radosbench {type} of {role}" };
    }

    /// <summary>A bench that wrote or read nothing has shown nothing.</summary>
    private static void Check(string role, string output)
    {
        var made = output.Split('\n').FirstOrDefault(l => l.StartsWith("Total writes made:") || l.StartsWith("Total reads made:"));
        if (made is null || !long.TryParse(made.Split(':')[1].Trim(), out var count) || count == 0)
            throw new TeuthologyException(FailureKind.Product, $"radosbench of {role} did no operation: {made ?? "its summary is missing"}");
    }
}
