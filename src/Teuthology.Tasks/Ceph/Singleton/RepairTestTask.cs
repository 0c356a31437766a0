using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>repair_test</c>: copies of objects are damaged in the primary and in a replica; scrubs must find each damage and repairs mend it. Needs the OSDs' options
/// <c>bluestore debug inject read err</c> and <c>filestore debug inject read err</c>.
/// </summary>
[Task("repair_test")]
public sealed class RepairTestTask : ClusterTask
{
    private static readonly string[] Damages = ["injectmdataerr", "injectdataerr", "truncobj"];

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        Osds(run, cluster, 2);
        foreach (var option in new[] { "bluestore_debug_inject_read_err", "filestore_debug_inject_read_err" })
        {
            if (await cluster.Osd(0).GetAsync(option, cancellationToken) != "true")
                throw run.Wrong($"the job's ceph must have conf: {{osd: {{{option.Replace('_', ' ')}: true}}}}");
        }

        await CleanAsync(cluster, cancellationToken);
        foreach (var damage in Damages)
        {
            foreach (var replica in new[] { 0, 1 })
                await OneAsync(run, cluster, damage, replica, cancellationToken);
        }
    }

    private static async Task OneAsync(TaskRun run, CephCluster cluster, string damage, int replica, CancellationToken cancellationToken)
    {
        var pool = await cluster.Pools.CreateAsync(null, 1, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.RadosAsync(["-p", pool, "put", "repair_test_obj", "/etc/passwd"], cancellationToken);
        var acting = (await cluster.Pools.PgsAsync(pool, cancellationToken)).Single().Acting;
        var osd = cluster.Osd(acting[replica]);
        CephLog.Note(run.Log, $"repair_test: {damage} in {osd.Role}, {(replica == 0 ? "the primary" : "a replica")}");
        await DamageAsync(osd, damage, pool, cancellationToken);

        await cluster.Pools.ScrubAsync(pool, 0, "deep-scrub", cancellationToken);
        if (!await InconsistentAsync())
            throw Failed($"{damage} in {osd.Role}: the scrub did not find it");
        await cluster.Pools.ScrubAsync(pool, 0, "repair", cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.ScrubAsync(pool, 0, "deep-scrub", cancellationToken);
        if (await InconsistentAsync())
            throw Failed($"{damage} in {osd.Role}: it was not repaired");
        await cluster.RadosAsync(["-p", pool, "get", "repair_test_obj", "/dev/null"], cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);

        async Task<bool> InconsistentAsync()
        {
            await cluster.Health.FlushStatisticsAsync(cancellationToken);
            return (await cluster.Pools.PgsAsync(pool, cancellationToken)).Single().State.Has("inconsistent");
        }
    }

    private static async Task DamageAsync(CephDaemon osd, string damage, string pool, CancellationToken cancellationToken)
    {
        var arguments = new JsonObject { ["pool"] = pool, ["objname"] = "repair_test_obj", ["format"] = "plain" };
        if (damage == "truncobj")
            arguments["len"] = 1;
        var answer = await osd.TrySocketAsync(damage, arguments, cancellationToken);
        if (answer is null || answer.Contains("rror", StringComparison.Ordinal))
            throw Failed($"{osd.Role}: {damage}: {answer ?? "nobody listens"}");
    }
}
