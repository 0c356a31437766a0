using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>The pools of a cluster that tests work on, and the placement groups in them. Thrashers choose among the pools known here.</summary>
/// <param name="cluster">The cluster.</param>
public sealed class CephPools(CephCluster cluster)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Pools made by tasks or noted, sorted.</summary>
    public IReadOnlyList<string> Known => [.. _known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Notes a pool that somebody else made (upstream's <c>ceph.created_pool</c>).</summary>
    /// <param name="name">Its name.</param>
    public void Note(string name) => _known[name] = true;

    /// <summary>Makes a pool, erasure-coded where a profile is given.</summary>
    /// <param name="name">Its name; null for one that is unique in the job.</param>
    /// <param name="pgs">Placement groups.</param>
    /// <param name="profile">Name of an erasure code profile.</param>
    /// <param name="minSize">Copies without which nothing is served; null for Ceph's default.</param>
    /// <param name="overwrites">Whether objects of an erasure-coded pool can be changed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name.</returns>
    public async Task<string> CreateAsync(string? name, int pgs, string? profile, int? minSize, bool overwrites, CancellationToken cancellationToken)
    {
        name ??= cluster.Job.Shared<PoolNames>().Next();
        var create = new JsonObject { ["pool"] = name, ["pg_num"] = pgs };
        if (profile is not null)
        {
            create["pgp_num"] = pgs;
            create["pool_type"] = "erasure";
            create["erasure_code_profile"] = profile;
        }

        await cluster.Commands.MonAsync("osd pool create", create, cancellationToken);
        if (minSize is { } least)
            await SetAsync(name, "min_size", $"{least}", cancellationToken);
        if (overwrites)
            await SetAsync(name, "allow_ec_overwrites", "true", cancellationToken);
        await cluster.Commands.TryMonAsync("osd pool application enable", new JsonObject { ["pool"] = name, ["app"] = "rados", ["yes_i_really_mean_it"] = true }, cancellationToken);
        Note(name);
        return name;
    }

    /// <summary>Makes a replicated pool.</summary>
    /// <param name="name">Its name; null for one that is unique in the job.</param>
    /// <param name="pgs">Placement groups.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<string> CreateAsync(string? name, int pgs, CancellationToken cancellationToken) => CreateAsync(name, pgs, null, null, false, cancellationToken);

    /// <summary>Sets an erasure code profile.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="profile">Its settings; null or empty for k=2 m=1 over OSDs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ProfileAsync(string name, YamlMap? profile, CancellationToken cancellationToken)
    {
        var settings = profile is { Count: > 0 }
            ? profile.Where(s => s.Key is not "name").Select(s => $"{s.Key}={s.Value}")
            : ["k=2", "m=1", "crush-failure-domain=osd"];
        return cluster.Commands.MonAsync(
            "osd erasure-code-profile set",
            new JsonObject { ["name"] = name, ["profile"] = new JsonArray([.. settings.Select(s => (JsonNode)s)]), ["force"] = true },
            cancellationToken);
    }

    /// <summary>Removes a pool with all that is in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        _known.TryRemove(name, out _);
        await cluster.Commands.MonAsync("osd pool rm", new JsonObject { ["pool"] = name, ["pool2"] = name, ["yes_i_really_really_mean_it"] = true }, cancellationToken);
    }

    /// <summary>Sets a property; while the pool is busy (EAGAIN) it is tried again, 50 times. Other refusals are given back.</summary>
    /// <param name="name">The pool.</param>
    /// <param name="property">E.g. <c>min_size</c>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<MonAnswer> SetAsync(string name, string property, string value, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var answer = await cluster.Commands.TryMonAsync("osd pool set", new JsonObject { ["pool"] = name, ["var"] = property, ["val"] = value }, cancellationToken);
            if (answer.Status != -11 || tried == 50)
                return answer;
            await Task.Delay(Again, cluster.Job.Time, cancellationToken);
        }
    }

    /// <summary>Scrubs one placement group and waits until it is done; asked again every 120 s, given up after 360.</summary>
    /// <param name="name">The pool.</param>
    /// <param name="group">Number of the group.</param>
    /// <param name="how"><c>scrub</c>, <c>deep-scrub</c> or <c>repair</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It was not scrubbed.</exception>
    public async Task ScrubAsync(string name, int group, string how, CancellationToken cancellationToken)
    {
        var id = $"{await NumberAsync(name, cancellationToken)}.{group:x}";
        var before = await StampAsync();
        var start = cluster.Job.Time.GetTimestamp();
        for (var asked = 0; ; await Task.Delay(TimeSpan.FromSeconds(1), cluster.Job.Time, cancellationToken))
        {
            var waited = cluster.Job.Time.GetElapsedTime(start).TotalSeconds;
            if (waited > 360)
                throw new TeuthologyException(FailureKind.Timeout, $"pg {id} was not done by {how} within 360 s");
            if (waited >= asked * 120)
            {
                asked++;
                await cluster.CephAsync(["pg", how, id], cancellationToken);
            }

            if (await StampAsync() > before)
                return;
        }

        async Task<DateTimeOffset> StampAsync()
        {
            await cluster.Health.FlushStatisticsAsync(cancellationToken);
            return (await PgsAsync(cancellationToken)).First(pg => pg.Id == id).LastScrub;
        }
    }

    /// <summary>The pools by the monitors' map: name with all that is told of it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, JsonNode>> DumpAsync(CancellationToken cancellationToken) =>
        ((await cluster.Commands.JsonAsync("osd dump", cancellationToken))["pools"] as JsonArray ?? []).ToDictionary(p => (string)p!["pool_name"]!, p => p!);

    /// <summary>Number of a pool.</summary>
    /// <param name="name">The pool.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> NumberAsync(string name, CancellationToken cancellationToken) => (int)(await DumpAsync(cancellationToken))[name]["pool"]!;

    /// <summary>All placement groups as the manager knows them.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<PgFacts>> PgsAsync(CancellationToken cancellationToken)
    {
        var dump = await cluster.Commands.JsonAsync("pg dump", cancellationToken, to: "mgr");
        return [.. (dump["pg_map"]?["pg_stats"] as JsonArray ?? dump["pg_stats"] as JsonArray ?? []).Select(pg => PgFacts.Read(pg!))];
    }

    /// <summary>The placement groups of one pool.</summary>
    /// <param name="name">The pool.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<PgFacts>> PgsAsync(string name, CancellationToken cancellationToken)
    {
        var number = await NumberAsync(name, cancellationToken);
        return [.. (await PgsAsync(cancellationToken)).Where(pg => pg.Pool == number)];
    }
}
