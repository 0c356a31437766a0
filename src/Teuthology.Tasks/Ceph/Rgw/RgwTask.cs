using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rgw</c>: an object gateway for each client, with its pools; stopped when the job unwinds. Keys: port (80), ec-data-pool, erasure_code_profile, frontend, compression type,
/// storage classes, data_pool_pg_size, index_pool_pg_size. The frontend is beast unless said otherwise; upstream's of 2021 was civetweb, which later releases lack.
/// </summary>
[Task("rgw")]
public sealed class RgwTask : IJobTask
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var options = RgwOptions.Read(run);
        var first = true;
        foreach (var (role, port) in options.Clients)
        {
            var cluster = run.Job.Shared<CephClusters>().Find(Role.Split(role).Cluster);
            if (first)
                await PoolsAsync(cluster, role, options, cancellationToken);
            await StartAsync(run, cluster, role, port, options, first, cancellationToken);
            first = false;
        }
    }

    private static async Task PoolsAsync(CephCluster cluster, string role, RgwOptions options, CancellationToken cancellationToken)
    {
        string? profile = null;
        if (options.CodedData)
        {
            profile = options.Profile?.Get("name") as string ?? role;
            await cluster.Pools.ProfileAsync(profile, options.Profile, cancellationToken);
        }

        await MakeAsync("default.rgw.buckets.data", options.DataPgs, profile);
        await MakeAsync("default.rgw.buckets.index", options.IndexPgs, null);

        async Task MakeAsync(string name, int pgs, string? with)
        {
            var create = new JsonObject { ["pool"] = name, ["pg_num"] = pgs, ["pgp_num"] = pgs };
            if (with is not null)
                (create["pool_type"], create["erasure_code_profile"]) = ("erasure", with);
            await cluster.Commands.MonAsync("osd pool create", create, cancellationToken);
            await cluster.Commands.MonAsync("osd pool application enable", new JsonObject { ["pool"] = name, ["app"] = "rgw" }, cancellationToken);
        }
    }

    private static async Task StartAsync(TaskRun run, CephCluster cluster, string role, long port, RgwOptions options, bool first, CancellationToken cancellationToken)
    {
        var (remote, name) = (run.Job.Cluster.Single(role), Role.Split(role));
        string[] who = ["-n", name.Daemon, "--cluster", cluster.Name, "-k", $"/etc/ceph/{cluster.Name}.{name.Daemon}.keyring"];
        if (first)
            await PlacementAsync(remote, who, options, cancellationToken);
        var daemon = await run.Job.Daemons.StartAsync(
            $"rgw.{role}",
            remote,
            RemoteCommand.Args(["adjust-ulimits", "radosgw", "--rgw-frontends", $"{options.Frontend} port={port}", .. who,
                "--log-file", $"/var/log/ceph/rgw.{cluster.Name}.{name.Daemon}.log", "--foreground"]) with { Sudo = true, Label = $"rgw.{role}", CheckStatus = false },
            cancellationToken);
        run.Defer($"stop rgw.{role}", (_, ct) =>
        {
            run.Job.Shared<RgwEndpoints>().Remove(role);
            return daemon.StopAsync(StopGrace, ct);
        });
        var address = new Uri($"http://{remote.ShortName}:{port}/");
        await new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(5), Time = run.Job.Time, Action = $"the gateway of {role}" }.UntilAsync(
            async ct =>
            {
                if (daemon.Died)
                    throw new TeuthologyException(FailureKind.Product, $"the gateway of {role} on {remote.ShortName} ended: {daemon.LastResult?.Stderr.Trim()}");
                var asked = await remote.RunAsync(
                    RemoteCommand.Args("python3", "-c", "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=30)", $"http://127.0.0.1:{port}/") with { CheckStatus = false, Quiet = true }, ct);
                return asked.ExitStatus == 0;
            },
            cancellationToken);
        run.Job.Shared<RgwEndpoints>().Add(role, address);
        CephLog.Note(run.Log, $"rgw: {role} serves {address}");
    }

    private static async Task PlacementAsync(Remote remote, string[] who, RgwOptions options, CancellationToken cancellationToken)
    {
        if (options.Compression is null && options.StorageClasses.Count == 0)
            return;
        await AdminAsync("user", "list");
        if (options.Compression is { } compression)
            await AdminAsync("zone", "placement", "modify", "--rgw-zone", "default", "--placement-id", "default-placement", "--compression", compression);
        foreach (var storage in options.StorageClasses)
        {
            await AdminAsync("zonegroup", "placement", "add", "--rgw-zonegroup", "default", "--placement-id", "default-placement", "--storage-class", storage);
            await AdminAsync("zone", "placement", "add", "--rgw-zone", "default", "--placement-id", "default-placement", "--storage-class", storage, "--data-pool", $"default.rgw.buckets.data.{storage.ToLowerInvariant()}");
        }

        Task AdminAsync(params string[] words) => remote.RunAsync(RemoteCommand.Args(["radosgw-admin", .. who, .. words]) with { Sudo = true, Label = $"radosgw-admin {words[0]} {words[1]}" }, cancellationToken);
    }
}
