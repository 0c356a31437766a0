using System.Text.Json.Nodes;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Makes the file systems that a cluster with <c>mds</c> roles gets: one named <c>cephfs</c> unless the job lists others.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class CephFileSystems(CephCluster cluster)
{
    private static readonly string[] ForOne = ["name", "max_mds", "session_timeout", "ec_profile"];

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var servers = cluster.Layout.OfType("mds");
        await new Poll { Sleep = TimeSpan.FromMilliseconds(400), Timeout = TimeSpan.FromSeconds(300), Action = $"{servers.Count} MDS standing by" }.UntilAsync(
            async ct =>
            {
                await cluster.Processes.CheckAliveAsync(servers);
                return ((await cluster.Commands.JsonAsync("fs dump", ct))["standbys"] as JsonArray)?.Count >= servers.Count;
            },
            cancellationToken);

        var first = true;
        foreach (var settings in Settings())
        {
            await CreateAsync(settings, cancellationToken);
            if (first && Settings().Count > 1)
                await cluster.Commands.MonAsync("fs flag set", new JsonObject { ["flag_name"] = "enable_multiple", ["val"] = "true", ["yes_i_really_mean_it"] = true }, cancellationToken);
            first = false;
        }
    }

    /// <summary>Takes every file system down, with its pools.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var fs in await cluster.Commands.JsonAsync("fs ls", cancellationToken) as JsonArray ?? [])
        {
            var name = (string)fs!["name"]!;
            await cluster.Commands.MonAsync("fs fail", new JsonObject { ["fs_name"] = name }, cancellationToken);
            await cluster.Commands.MonAsync("fs rm", new JsonObject { ["fs_name"] = name, ["yes_i_really_mean_it"] = true }, cancellationToken);
            foreach (var pool in (fs["data_pools"] as JsonArray ?? []).Select(p => (string)p!).Append((string)fs["metadata_pool"]!))
                await cluster.Commands.TryMonAsync("osd pool rm", new JsonObject { ["pool"] = pool, ["pool2"] = pool, ["yes_i_really_really_mean_it"] = true }, cancellationToken);
        }
    }

    private List<YamlMap> Settings()
    {
        var common = cluster.Options.CephFs;
        if (!common.TryGetList("fs", out var list))
            return [Over(common, [])];
        return [.. list.Select(one => Over(common, one as YamlMap ?? throw new ConfigurationException("ceph: each entry of 'cephfs.fs' must be a mapping with a name", list.Mark)))];
    }

    private static YamlMap Over(YamlMap common, YamlMap one)
    {
        var settings = new YamlMap { ["name"] = "cephfs" };
        foreach (var key in ForOne)
        {
            if ((one.Get(key) ?? common.Get(key)) is { } value)
                settings[key] = value;
        }

        return settings;
    }

    private async Task CreateAsync(YamlMap settings, CancellationToken cancellationToken)
    {
        var name = (string)settings["name"]!;
        var coded = settings.Get("ec_profile") is YamlList { Count: > 0 } profile && !profile.Contains("disabled") ? profile : null;
        foreach (var pool in new[] { $"{name}_metadata", $"{name}_data" })
            await cluster.Commands.MonAsync("osd pool create", new JsonObject { ["pool"] = pool, ["pg_num"] = 8 }, cancellationToken);
        await cluster.Commands.MonAsync("fs new", new JsonObject { ["fs_name"] = name, ["metadata"] = $"{name}_metadata", ["data"] = $"{name}_data" }, cancellationToken);
        await SetAsync("standby_count_wanted", "0");
        if (coded is not null)
            await CodedPoolAsync(name, coded, cancellationToken);
        if (settings.Get("max_mds") is long ranks and > 1)
            await SetAsync("max_mds", ranks.ToString());
        if (settings.Get("session_timeout") is long timeout and not 60)
            await SetAsync("session_timeout", timeout.ToString());

        await ActiveAsync(name, settings, cancellationToken);
        if (coded is not null)
            await new CodedLayout(cluster).SetAsync(name, $"{name}_data_ec", cancellationToken);

        Task SetAsync(string key, string value) =>
            cluster.Commands.MonAsync("fs set", new JsonObject { ["fs_name"] = name, ["var"] = key, ["val"] = value }, cancellationToken);
    }

    /// <summary>An erasure-coded pool for the files' data.</summary>
    private async Task CodedPoolAsync(string name, YamlList profile, CancellationToken cancellationToken)
    {
        var pool = $"{name}_data_ec";
        await cluster.Commands.MonAsync(
            "osd erasure-code-profile set",
            new JsonObject { ["name"] = "ec_profile", ["profile"] = new JsonArray([.. profile.Select(p => (JsonNode)$"{p}")]), ["force"] = true },
            cancellationToken);
        await cluster.Commands.MonAsync(
            "osd pool create", new JsonObject { ["pool"] = pool, ["pg_num"] = 8, ["pgp_num"] = 8, ["pool_type"] = "erasure", ["erasure_code_profile"] = "ec_profile" }, cancellationToken);
        await cluster.Pools.SetAsync(pool, "allow_ec_overwrites", "true", cancellationToken);
        await cluster.Commands.MonAsync("fs add_data_pool", new JsonObject { ["fs_name"] = name, ["pool"] = pool }, cancellationToken);
    }

    private async Task ActiveAsync(string name, YamlMap settings, CancellationToken cancellationToken)
    {
        var wanted = Math.Max(1, settings.Get("max_mds") as long? ?? 1);
        await new Poll { Sleep = TimeSpan.FromMilliseconds(400), Timeout = TimeSpan.FromSeconds(300), Action = $"file system {name} active" }.UntilAsync(
            async ct =>
            {
                await cluster.Processes.CheckAliveAsync(cluster.Layout.OfType("mds"));
                var fs = ((await cluster.Commands.JsonAsync("fs dump", ct))["filesystems"] as JsonArray ?? []).Single(f => (string?)f!["mdsmap"]!["fs_name"] == name);
                return (fs!["mdsmap"]!["info"] as JsonObject ?? []).Count(i => (string?)i.Value!["state"] == "up:active") >= wanted;
            },
            cancellationToken);
    }
}
