using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>scrub_test</c>: an object's copy in its primary is damaged in eight ways. Each time a deep scrub must find it, <c>rados list-inconsistent-obj</c> must tell what and where,
/// and a repair must mend it. The job's <c>ceph</c> needs <c>osd deep scrub update digest min age: 0</c>. Data is damaged by <c>ceph-objectstore-tool</c>; upstream mounts the
/// stores by FUSE for that.
/// </summary>
[Task("scrub_test")]
public sealed class ScrubTestTask : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        Osds(run, cluster, 2);
        const string age = "osd_deep_scrub_update_digest_min_age";
        if (await cluster.Osd(0).GetAsync(age, cancellationToken) != "0")
            throw run.Wrong($"the job's ceph must have conf: {{osd: {{{age.Replace('_', ' ')}: 0}}}}");
        await cluster.FlagAsync("noout", on: true, cancellationToken);
        var pool = await cluster.Pools.CreateAsync(null, 1, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.RadosAsync(["-p", pool, "put", ScrubVictim.Object, "/etc/passwd"], cancellationToken);
        await cluster.RadosAsync(["-p", pool, "setomapval", ScrubVictim.Object, ScrubVictim.Key, "val"], cancellationToken);
        await cluster.RadosAsync(["-p", pool, "setomapheader", ScrubVictim.Object, "hdr"], cancellationToken);
        await cluster.Pools.ScrubAsync(pool, 0, "deep-scrub", cancellationToken);
        foreach (var damage in ScrubDamage.All)
        {
            var pg = (await cluster.Pools.PgsAsync(pool, cancellationToken)).Single();
            var victim = new ScrubVictim(cluster, pool, pg.Id, pg.Acting, cluster.Osd(pg.Acting[0]));
            CephLog.Note(run.Log, $"scrub_test: {damage.Name} in {victim.Osd.Role}");
            await damage.Act(victim, cancellationToken);
            await FoundAsync(victim, damage, cancellationToken);
            await MendedAsync(victim, damage, cancellationToken);
        }

        await cluster.FlagAsync("noout", on: false, cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);
    }

    private static async Task FoundAsync(ScrubVictim victim, ScrubDamage damage, CancellationToken cancellationToken)
    {
        var cluster = victim.Cluster;
        await cluster.Pools.ScrubAsync(victim.Pool, 0, "deep-scrub", cancellationToken);
        if (!await InconsistentAsync(victim, cancellationToken))
            throw Failed($"{damage.Name} in {victim.Osd.Role}: the scrub did not find it");
        var groups = await ListAsync(cluster, ["list-inconsistent-pg", victim.Pool], cancellationToken) as JsonArray ?? [];
        if (groups.Count != 1 || (string?)groups[0] != victim.Pg)
            throw Failed($"{damage.Name}: the list of inconsistent groups should be {victim.Pg}, and is {groups.ToJsonString()}");
        var all = await ListAsync(cluster, ["list-inconsistent-obj", victim.Pg], cancellationToken);
        var wrong = all["inconsistents"] is JsonArray { Count: 1 } one ? Wrong(victim, damage, one[0]!) : "there should be one inconsistent object";
        if (wrong.Length > 0)
            throw Failed($"{damage.Name} in {victim.Osd.Role}: {wrong}: {all.ToJsonString()}");
    }

    /// <summary>What is wrong with what is told of an object; empty when all is right.</summary>
    private static string Wrong(ScrubVictim victim, ScrubDamage damage, JsonNode told)
    {
        if ((string?)told["object"]?["name"] != ScrubVictim.Object || (string?)told["object"]?["snap"] != "head")
            return "another object is told of";
        var shards = (told["shards"] as JsonArray ?? []).ToDictionary(s => (int)s!["osd"]!, s => s!);
        if (shards.Count != victim.Acting.Count || !victim.Acting.All(shards.ContainsKey))
            return $"there should be a shard for each of {string.Join(' ', victim.Acting)}";
        var bad = shards[int.Parse(victim.Osd.Id, CultureInfo.InvariantCulture)];
        var good = shards.Values.Where(s => s != bad).ToList();
        foreach (var error in damage.Errors)
        {
            if (!Has(told["errors"], error) && !Has(told["union_shard_errors"], error))
                return $"{error} is not told";
            if (error == "missing" && (!Has(bad["errors"], error) || good.Exists(g => Has(g["errors"], error))))
                return "missing should be told of the damaged copy alone";
            if (error.EndsWith("_mismatch", StringComparison.Ordinal) && error[..^"_mismatch".Length] is var attribute
                && (good.Select(g => Text(g, attribute)).Distinct().ToList() is not [var value] || value == Text(bad, attribute)))
                return $"{attribute} should be alike in the good copies, and different in the damaged one";
        }

        return "";
    }

    private static bool Has(JsonNode? errors, string name) => (errors as JsonArray ?? []).Any(e => (string?)e == name);

    private static string Text(JsonNode shard, string name) => shard[name]?.ToJsonString() ?? "";

    private static async Task MendedAsync(ScrubVictim victim, ScrubDamage damage, CancellationToken cancellationToken)
    {
        await victim.Cluster.Pools.ScrubAsync(victim.Pool, 0, "repair", cancellationToken);
        await CleanAsync(victim.Cluster, cancellationToken);
        await victim.Cluster.Pools.ScrubAsync(victim.Pool, 0, "deep-scrub", cancellationToken);
        if (await InconsistentAsync(victim, cancellationToken))
            throw Failed($"{damage.Name} in {victim.Osd.Role}: it was not repaired");
    }

    private static async Task<bool> InconsistentAsync(ScrubVictim victim, CancellationToken cancellationToken)
    {
        await victim.Cluster.Health.FlushStatisticsAsync(cancellationToken);
        return (await victim.Cluster.Pools.PgsAsync(victim.Pool, cancellationToken)).Single().State.Has("inconsistent");
    }

    private static async Task<JsonNode> ListAsync(CephCluster cluster, IEnumerable<string> words, CancellationToken cancellationToken) =>
        JsonNode.Parse((await cluster.RadosAsync([.. words, "--format=json"], cancellationToken)).Stdout)!;
}
