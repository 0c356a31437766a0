using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>lost_unfound</c>, <c>rep_lost_unfound_delete</c>, <c>ec_lost_unfound</c>: the OSDs with the newest copies of some objects are lost. The cluster must tell which
/// objects it cannot find and who might have them; they are given up, by their older copies or for good, and reads must answer accordingly.
/// Key: <c>parallel_bench</c> (true), writes for 240 s meanwhile; <c>ec_lost_unfound</c>: <c>erasure_code_profile</c> (k=2 m=2).
/// </summary>
[Task("lost_unfound")]
[Task("rep_lost_unfound_delete")]
[Task("ec_lost_unfound")]
public sealed class LostUnfoundTask : ClusterTask
{
    private static readonly IEnumerable<string> Numbers = Enumerable.Range(1, 9).Select(n => $"{n}");

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var kind = run.Name.Replace('-', '_').Split('.')[^1];
        var (coded, deletes) = (kind == "ec_lost_unfound", kind != "lost_unfound");
        var osds = Osds(run, cluster, coded ? 4 : 3);
        var pool = await PoolAsync(run, cluster, coded, deletes, cancellationToken);
        await CleanAsync(cluster, cancellationToken);

        // What the survivors will miss
        var away = coded ? osds[3] : osds[2];
        await Objects("put existed_$NAME /etc/group");
        await Objects("put existing_$NAME /etc/group");
        await KillAndDownAsync(cluster, away, cancellationToken);
        if (coded)
            await KillAndDownAsync(cluster, osds[0], cancellationToken);
        else
            await OutAsync(cluster, away, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await Objects(coded ? "put new_$NAME /etc/group" : "rm existed_$NAME");
        await Objects("put existing_$NAME /etc/passwd");

        // One that has them learns of them and does not copy them
        var second = osds[1];
        foreach (var number in cluster.LiveOsds)
            await cluster.Osd(number).SetAsync("osd_recovery_delay_start", "1000", cancellationToken);
        if (!coded)
        {
            await KillAndDownAsync(cluster, osds[0], cancellationToken);
            await Objects("put new_$NAME /etc/group");
            await Objects("put existed_$NAME /etc/group");
            await Objects("put existing_$NAME /etc/passwd");
        }

        cluster.Processes.Append(osds[0], "--osd-recovery-delay-start", "1000");
        cluster.Processes.Append(away, "--osd-recovery-delay-start", "1000");
        await cluster.ReviveAsync(osds[0], null, cancellationToken);
        await cluster.Health.UntilAsync("osd.0 up", s => s.OsdsUp == osds.Count - 1, TimeSpan.FromSeconds(300), cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveOrDownAsync(Patience, cancellationToken);
        await KillAndDownAsync(cluster, second, cancellationToken);
        await cluster.ReviveAsync(away, null, cancellationToken);
        if (!coded)
            await cluster.MarkAsync("in", away, cancellationToken);
        await cluster.Health.UntilAsync($"{away.Role} up", s => s.OsdsUp == osds.Count - 1, TimeSpan.FromSeconds(300), cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveOrDownAsync(Patience, cancellationToken);

        await UnfoundAsync(cluster, cancellationToken);
        await cluster.MarkAsync("lost", second, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        var lost = await UnfoundAsync(cluster, cancellationToken);
        run.Job.Summary["unfound_objects"] = lost.Sum(pg => pg.Unfound);

        await using var bench = run.Flag("parallel_bench", true) ? await BenchAsync(cluster, "rbd", 240, cancellationToken) : null;
        foreach (var pg in lost)
        {
            await ListAsync(cluster, pg, second, cancellationToken);
            CephLog.Note(run.Log, $"{kind}: giving up {pg.Unfound} objects of {pg.Id}");
            await cluster.CephAsync(["pg", pg.Id, "mark_unfound_lost", deletes ? "delete" : "revert"], cancellationToken);
        }

        var live = cluster.LiveOsds.Select(n => cluster.Osd(n)).ToList();
        foreach (var osd in live)
            await osd.SetAsync("osd_recovery_delay_start", "0", cancellationToken);
        await cluster.KickRecoveryAsync(live, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.RecoveredAsync(Patience, cancellationToken);

        await ReadsAsync(cluster, pool, "new_", readable: false, cancellationToken);
        if (!coded)
            await ReadsAsync(cluster, pool, "existed_", readable: false, cancellationToken);
        await ReadsAsync(cluster, pool, "existing_", readable: !deletes, cancellationToken);

        await cluster.ReviveAsync(second, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        if (bench is not null)
            await bench.WaitAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);

        Task Objects(string command) => cluster.EachObjectAsync(pool, Numbers, command, cancellationToken);
    }

    /// <summary>Has the others take over what it had.</summary>
    private static async Task OutAsync(CephCluster cluster, CephDaemon osd, CancellationToken cancellationToken)
    {
        await cluster.MarkAsync("out", osd, cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.RecoveredAsync(Patience, cancellationToken);
        await cluster.Health.CleanAsync(cancellationToken);
    }

    private static async Task<string> PoolAsync(TaskRun run, CephCluster cluster, bool coded, bool deletes, CancellationToken cancellationToken)
    {
        if (!coded)
            return await cluster.Pools.CreateAsync(deletes ? "unfounddel_pool" : "unfound_pool", 8, cancellationToken);
        var profile = run.Map().Get("erasure_code_profile") as YamlMap
            ?? new YamlMap { ["k"] = 2L, ["m"] = 2L, ["crush-failure-domain"] = "osd" };
        var name = profile.Get("name") as string ?? "lost_unfound";
        await cluster.Pools.ProfileAsync(name, profile, cancellationToken);
        return await cluster.Pools.CreateAsync("unfound_pool", 8, name, 2, overwrites: false, cancellationToken);
    }

    private static async Task<List<PgFacts>> UnfoundAsync(CephCluster cluster, CancellationToken cancellationToken)
    {
        var lost = new List<PgFacts>();
        await new Orchestra.Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(120), Time = cluster.Job.Time, Action = "unfound objects" }.UntilAsync(
            async ct =>
            {
                lost = [.. (await cluster.Pools.PgsAsync(ct)).Where(pg => pg.Unfound > 0)];
                return lost.Count > 0;
            },
            cancellationToken);
        return lost;
    }

    /// <summary>The group's own list must agree with its statistics, and say that the lost OSD is down.</summary>
    private static async Task ListAsync(CephCluster cluster, PgFacts pg, CephDaemon gone, CancellationToken cancellationToken)
    {
        var list = await cluster.CephJsonAsync(["pg", pg.Id, "list_unfound"], cancellationToken);
        var count = (long)list["num_unfound"]!;
        if (count != pg.Unfound || (bool?)list["available_might_have_unfound"] is not true)
            throw Failed($"pg {pg.Id} lists {count} unfound objects, its statistics have {pg.Unfound}; available_might_have_unfound: {list["available_might_have_unfound"]}");
        var sources = (list["might_have_unfound"] as JsonArray ?? []).Where(m => ((string?)m!["osd"])?.Split('(')[0] == gone.Id).Select(m => (string?)m!["status"]).ToList();
        if (sources.Count == 0 || sources.Exists(s => s != "osd is down"))
            throw Failed($"pg {pg.Id} should say that {gone.Role} might have its objects and is down, and says: {string.Join(", ", sources)}");
    }

    private static async Task ReadsAsync(CephCluster cluster, string pool, string prefix, bool readable, CancellationToken cancellationToken)
    {
        foreach (var number in Numbers)
        {
            var result = await cluster.TryRadosAsync(["-p", pool, "get", prefix + number, "/dev/null"], cancellationToken);
            if (result.ExitStatus == 0 != readable)
                throw Failed($"reading {prefix}{number} {(readable ? $"failed: {result.Stderr.Trim()}" : "succeeded, although the object is lost")}");
        }
    }
}
