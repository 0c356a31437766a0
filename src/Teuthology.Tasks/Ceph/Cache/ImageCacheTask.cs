using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>immutable_object_cache</c>: the daemon that keeps objects of parent images on clients' machines, until the job unwinds; it must have kept some by then. A mapping of clients, or
/// <c>all</c>, to nothing or <c>immutable object cache path</c>, which the job's conf must name too. Skips the job
/// where librbd's plugin for it is missing: Debian does not pack it.
/// </summary>
[Task("immutable_object_cache")]
public sealed class ImageCacheTask : ICheckedTask
{
    private const string PathKey = "immutable object cache path";
    private const string Plugin = "libceph_librbd_parent_cache.so";
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Clients(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (role, remote, path) in Clients(run))
        {
            var has = await remote.RunAsync(RemoteCommand.Args("sh", "-c", "ls /usr/lib*/ceph/librbd/$1 /usr/lib/*/ceph/librbd/$1 2>/dev/null", "sh", Plugin) with { CheckStatus = false, Quiet = true }, cancellationToken);
            if (has.Stdout.Length == 0)
                throw new JobSkippedException($"task '{run.Name}' needs librbd's plugin {Plugin} on {remote.ShortName}: Debian's packages do not have it; give the hosts another build of Ceph, e.g. by gitbuilder_host");
            var cluster = run.Job.Shared<CephClusters>().Find(Role.Split(role).Cluster);
            var command = RemoteCommand.Args("adjust-ulimits", "ceph-immutable-object-cache", "-f", "--cluster", cluster.Name) with { Sudo = true, Label = $"immutable_object_cache.{role}" };
            var daemon = await run.Job.Daemons.StartAsync($"immutable_object_cache.{role}", remote, command, cancellationToken);
            run.Defer($"look into the cache of {role}", async (error, ct) =>
            {
                var died = daemon.Died;
                await daemon.StopAsync(StopGrace, ct);
                var kept = (await remote.RunAsync(RemoteCommand.Args("sh", "-c", "find \"$1\" -type f | wc -l", "sh", path) with { Sudo = true, Label = "cached objects" }, ct)).Stdout.Trim();
                await remote.RunAsync(RemoteCommand.Args("rm", "-rf", "--one-file-system", "--", path) with { Sudo = true }, ct);
                CephLog.Note(run.Log, $"immutable_object_cache: {kept} files in {path} of {remote.ShortName}");
                if (died)
                    throw new TeuthologyException(FailureKind.Product, $"ceph-immutable-object-cache of {role} on {remote.ShortName} ended by itself: {daemon.LastResult?.Stderr.Trim()}");
                if (kept == "0" && error is null)
                    throw new TeuthologyException(FailureKind.Product, $"nothing was cached in {path} on {remote.ShortName}");
            });
        }
    }

    private static IReadOnlyList<(string Role, Remote Remote, string Path)> Clients(TaskRun run)
    {
        var map = run.Map();
        if (map.Count == 0)
            throw run.Wrong("it needs a mapping of clients");
        var roles = map.ContainsKey("all") ? run.Job.Cluster.AllRoles.Where(Role.IsType("client")).Select(r => (Role: r, Key: (object)"all")) : map.Keys.Select(k => (Role: $"{k}", Key: k));
        return [.. roles.Select(r => (r.Role, Client(run, r.Role, r.Key), Path(run, r.Key)))];
    }

    private static Remote Client(TaskRun run, string role, object key)
    {
        _ = RoleOptions.ClientId(run, role);
        return RoleCommands.Machine(run, key, role);
    }

    private static string Path(TaskRun run, object key) => run.Map().Get(key) switch
    {
        null => "/tmp/ceph-immutable-object-cache",
        YamlMap settings when settings.Keys.FirstOrDefault(k => k is not PathKey) is { } other => throw run.Wrong($"'{key}' has the unknown key '{other}'; there is '{PathKey}'", key),
        YamlMap settings when settings.Get(PathKey) is string path && path.StartsWith('/') && path.Count(c => c == '/') > 1 => path,
        _ => throw run.Wrong($"'{key}' must be empty or have '{PathKey}' with a path below a directory", key),
    };
}
