using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ec_inconsistent_hinfo</c>: the hashes that go with the parts of erasure-coded objects are taken away, made unreadable, or exchanged with another object's. A deep scrub must find each,
/// a repair mend it, and the objects be read as they were written; so must they where OSDs are filled from parts with such hashes. Four OSDs; key: <c>erasure_code_profile</c> (k=2 m=1).
/// </summary>
[Task("ec_inconsistent_hinfo")]
public sealed class InconsistentHinfoTask : ClusterTask
{
    private const string Attribute = "hinfo_key";
    private const string Other = "other";
    private static readonly string[] Objects = ["removed", "corrupted", "exchanged", Other];

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        Osds(run, cluster, 4);
        var profile = run.Map().Get("erasure_code_profile") as Yaml.YamlMap;
        var name = profile?.Get("name") as string ?? "inconsistent_hinfo";
        await cluster.Pools.ProfileAsync(name, profile, cancellationToken);
        var pool = await cluster.Pools.CreateAsync(null, 1, name, null, overwrites: false, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.FlagAsync("noout", on: true, cancellationToken);
        foreach (var (file, thing) in Objects.Select((o, i) => (i % 2 == 0 ? "/etc/passwd" : "/etc/group", o)))
            await cluster.RadosAsync(["-p", pool, "put", thing, file], cancellationToken);
        await CleanAsync(cluster, cancellationToken);

        var told = await DamageAsync(cluster, pool, cancellationToken);
        CephLog.Note(run.Log, $"ec_inconsistent_hinfo: {told}");
        await cluster.Pools.ScrubAsync(pool, 0, "deep-scrub", cancellationToken);
        await FoundAsync(cluster, pool, cancellationToken);
        await cluster.Pools.ScrubAsync(pool, 0, "repair", cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.ScrubAsync(pool, 0, "deep-scrub", cancellationToken);
        if ((await PgAsync(cluster, pool, cancellationToken)).State.Has("inconsistent"))
            throw Failed($"pg {(await PgAsync(cluster, pool, cancellationToken)).Id} was not repaired");
        await ReadAsync(cluster, pool, cancellationToken);

        // Another OSD is to be filled from damaged parts
        CephLog.Note(run.Log, $"ec_inconsistent_hinfo: {await DamageAsync(cluster, pool, cancellationToken)}, and an OSD goes");
        var gone = cluster.Osd((await PgAsync(cluster, pool, cancellationToken)).Acting[^1]);
        await cluster.MarkAsync("out", gone, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await ReadAsync(cluster, pool, cancellationToken);
        await cluster.Pools.ScrubAsync(pool, 0, "repair", cancellationToken);
        await cluster.MarkAsync("in", gone, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.FlagAsync("noout", on: false, cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);
    }

    /// <summary>Damages the hashes of one part of three objects, in the store of an OSD that is no primary.</summary>
    private static async Task<string> DamageAsync(CephCluster cluster, string pool, CancellationToken cancellationToken)
    {
        var pg = await PgAsync(cluster, pool, cancellationToken);
        var osd = cluster.Osd(pg.Acting[1]);
        await cluster.KillAsync(osd, cancellationToken);
        var group = (await ObjectstoreTool.PgsAsync(cluster, osd, cancellationToken)).Single(g => g.StartsWith(pg.Id + "s", StringComparison.Ordinal));
        await ToolAsync("removed", ["rm-attr", Attribute]);
        await SetAsync("corrupted", "printf 'no hashes at all' > \"$1\"");
        await ToolAsync(Other, ["list-attrs"]);
        await SetAsync("exchanged", $"ceph-objectstore-tool --no-mon-config --data-path {osd.DataDirectory} --pgid {group} {Other} get-attr {Attribute} > \"$1\"");
        await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        return $"hashes of pg {group} damaged in {osd.Role}";

        Task ToolAsync(string thing, IReadOnlyList<string> words) => ObjectstoreTool.RunAsync(cluster, osd, ["--pgid", group, thing, .. words], cancellationToken);

        async Task SetAsync(string thing, string writes)
        {
            const string file = "/tmp/hinfo";
            await osd.Remote.RunAsync(Orchestra.RemoteCommand.Args("sh", "-c", writes, "sh", file) with { Sudo = true, Label = $"hashes of {thing}" }, cancellationToken);
            await ToolAsync(thing, ["set-attr", Attribute, file]);
            await osd.Remote.RunAsync(Orchestra.RemoteCommand.Args("rm", "-f", file) with { Sudo = true }, cancellationToken);
        }
    }

    private static async Task FoundAsync(CephCluster cluster, string pool, CancellationToken cancellationToken)
    {
        var pg = await PgAsync(cluster, pool, cancellationToken);
        var answer = (await cluster.RadosAsync(["list-inconsistent-obj", pg.Id, "--format=json"], cancellationToken)).Stdout;
        var found = (JsonNode.Parse(answer)?["inconsistents"] as JsonArray ?? []).Select(o => (string?)o!["object"]?["name"]).ToList();
        var missed = Objects.Where(o => o != Other && !found.Contains(o)).ToList();
        if (!pg.State.Has("inconsistent") || missed.Count > 0 || found.Contains(Other))
            throw Failed($"pg {pg.Id} is {pg.State}; the scrub should have found the hashes of removed, corrupted and exchanged, and of no other: {answer}");
    }

    private static Task ReadAsync(CephCluster cluster, string pool, CancellationToken cancellationToken) => Task.WhenAll(
        cluster.EachObjectAsync(pool, Objects.Where((_, i) => i % 2 == 0), "get $NAME - | cmp - /etc/passwd", cancellationToken),
        cluster.EachObjectAsync(pool, Objects.Where((_, i) => i % 2 != 0), "get $NAME - | cmp - /etc/group", cancellationToken));

    private static async Task<PgFacts> PgAsync(CephCluster cluster, string pool, CancellationToken cancellationToken)
    {
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        return (await cluster.Pools.PgsAsync(pool, cancellationToken)).Single();
    }
}
