using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>A thrasher's actions on pools and placement groups.</summary>
internal sealed class PgShaker(CephCluster cluster, OsdThrashOptions options, OsdPopulation osds, Random random, Action<string> say)
{
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    public Task GrowAsync(CancellationToken cancellationToken) => ResizeAsync(options.GrowBy, cancellationToken);

    public Task ShrinkAsync(CancellationToken cancellationToken) => ResizeAsync(-options.ShrinkBy, cancellationToken);

    public async Task FixOneAsync(CancellationToken cancellationToken)
    {
        if (await PoolAsync(cancellationToken) is not var (name, pool) || await CreatingAsync(cancellationToken))
            return;
        say($"fixing pgp_num of {name}");
        await cluster.Pools.SetAsync(name, "pgp_num", $"{(int)pool["pg_num"]!}", cancellationToken);
        _touched.Remove(name);
    }

    /// <summary>Has the pools that grew or shrank place their groups by their own number.</summary>
    public async Task FixAsync(CancellationToken cancellationToken)
    {
        var pools = await cluster.Pools.DumpAsync(cancellationToken);
        foreach (var name in _touched.Where(pools.ContainsKey))
            await cluster.Pools.SetAsync(name, "pgp_num", $"{(int)pools[name]["pg_num"]!}", cancellationToken);
        _touched.Clear();
    }

    public async Task BackfillFullAsync(CancellationToken cancellationToken)
    {
        say("having all OSDs be too full for backfills");
        var live = cluster.LiveOsds;
        foreach (var osd in live)
            await cluster.Osd(osd).TrySocketAsync("injectfull", new JsonObject { ["type"] = "backfillfull" }, cancellationToken);
        for (var i = 0; i < 30 && (await cluster.Health.StatusAsync(cancellationToken)).PgsThat(p => p.Has("backfilling")) > 0; i++)
            await Task.Delay(TimeSpan.FromSeconds(1), cluster.Job.Time, cancellationToken);
        foreach (var osd in live)
            await cluster.Osd(osd).TrySocketAsync("injectfull", new JsonObject { ["type"] = "none" }, cancellationToken);
    }

    public async Task ClusterFullAsync(CancellationToken cancellationToken)
    {
        say("having the cluster be full");
        await cluster.CephAsync(["osd", "set-full-ratio", ".001"], cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cluster.Job.Time, CancellationToken.None);
        await cluster.CephAsync(["osd", "set-full-ratio", ".95"], cancellationToken);
    }

    public Task UpmapAsync(CancellationToken cancellationToken) => UpmapAsync("pg_upmap", "pg-upmap", 1, cancellationToken);

    public Task UpmapItemsAsync(CancellationToken cancellationToken) => UpmapAsync("pg_upmap_items", "pg-upmap-items", 2, cancellationToken);

    public async Task ForceRecoveryAsync(CancellationToken cancellationToken)
    {
        var backfill = random.NextDouble() >= .5;
        var force = random.NextDouble() >= .4;
        string[] wanted = backfill ? ["degraded", "backfilling", "backfill_wait"] : ["recovering", "recovery_wait"];
        var pgs = (await cluster.Pools.PgsAsync(cancellationToken)).Where(pg => wanted.Any(pg.State.Has) && random.NextDouble() >= .5).Select(pg => pg.Id).ToList();
        if (pgs.Count == 0)
            return;
        var what = $"{(force ? "force" : "cancel-force")}-{(backfill ? "backfill" : "recovery")}";
        say($"{what} {string.Join(' ', pgs)}");
        await cluster.TryCephAsync(["pg", what, .. pgs], cancellationToken);
    }

    /// <summary>k and m of the erasure-coded pools: the most data chunks and the least coding chunks; 99 of the latter where there is no such pool.</summary>
    public async Task<(int K, int M)> ErasureAsync(CancellationToken cancellationToken)
    {
        var (k, m) = (0, 99);
        foreach (var pool in (await cluster.Pools.DumpAsync(cancellationToken)).Values)
        {
            if ((string?)pool["erasure_code_profile"] is not { Length: > 0 } profile)
                continue;
            var settings = await cluster.CephJsonAsync(["osd", "erasure-code-profile", "get", profile], cancellationToken);
            k = Math.Max(k, int.Parse((string)settings["k"]!, CultureInfo.InvariantCulture));
            m = Math.Min(m, int.Parse((string)settings["m"]!, CultureInfo.InvariantCulture));
        }

        return (k, m);
    }

    /// <summary>Fails when some group is neither active nor peered, five times in 25 s.</summary>
    public async Task ServedAsync(CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), cluster.Job.Time, cancellationToken);
            var status = await cluster.Health.StatusAsync(cancellationToken);
            if (status.PgsThat(p => p.Active || p.Has("peered")) == status.Pgs)
                return;
            if (tried == 5)
                throw new TeuthologyException(FailureKind.Product, $"not all PGs are active or peered: {status}");
        }
    }

    private async Task ResizeAsync(int by, CancellationToken cancellationToken)
    {
        if (await PoolAsync(cancellationToken) is not var (name, pool) || await CreatingAsync(cancellationToken))
            return;
        var count = (int)pool["pg_num"]! + by;
        var all = osds.Live.Count + osds.Dead.Count;
        if (by > 0 ? count > options.MaxPgsPerPoolAndOsd * all : count < options.MinPgsPerPoolAndOsd * all)
            return;
        say($"setting pg_num of {name} to {count}");
        _touched.Add(name);
        await cluster.Pools.SetAsync(name, "pg_num", $"{count}", cancellationToken);
    }

    private async Task UpmapAsync(string key, string command, int factor, CancellationToken cancellationToken)
    {
        string[] words;
        if (random.NextDouble() < .7)
        {
            var pgs = await cluster.Pools.PgsAsync(cancellationToken);
            if (pgs.Count == 0)
                return;
            var pg = osds.Pick(pgs);
            var pool = (await cluster.Pools.DumpAsync(cancellationToken)).Values.FirstOrDefault(p => (int)p["pool"]! == pg.Pool);
            if (pool is null)
                return;
            var chosen = osds.In.Concat(osds.Out).OrderBy(_ => random.Next()).Take((int)pool["size"]! * factor).ToList();
            if (factor == 2 && chosen.Count % 2 == 1)
                chosen.RemoveAt(0);
            words = ["osd", command, pg.Id, .. chosen.Select(o => $"{o}")];
        }
        else
        {
            var set = (await cluster.Commands.JsonAsync("osd dump", cancellationToken))[key] as JsonArray ?? [];
            if (set.Count == 0)
                return;
            words = ["osd", $"rm-{command}", (string)set[random.Next(set.Count)]!["pgid"]!];
        }

        say(string.Join(' ', words));
        await cluster.TryCephAsync(words, cancellationToken);
    }

    private async Task<(string Name, JsonNode Pool)?> PoolAsync(CancellationToken cancellationToken)
    {
        var pools = await cluster.Pools.DumpAsync(cancellationToken);
        var known = cluster.Pools.Known.Where(pools.ContainsKey).ToList();
        return known.Count == 0 ? null : osds.Pick(known) is var name ? (name, pools[name]) : null;
    }

    private async Task<bool> CreatingAsync(CancellationToken cancellationToken) =>
        (await cluster.Health.StatusAsync(cancellationToken)).PgsThat(p => p.Has("creating") || p.Has("unknown")) > 0;
}
