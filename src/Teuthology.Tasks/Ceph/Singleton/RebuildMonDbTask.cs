using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><c>rebuild_mondb</c>: all monitors lose their stores; a new one is gathered from what the OSDs know, and the cluster must come back with its data.</summary>
[Task("rebuild_mondb")]
public sealed class RebuildMonDbTask : ClusterTask
{
    private const string Store = "/tmp/rebuilt-mon-store";
    private const string Keyring = "/tmp/rebuilt-mon-keyring";
    private const string MonMap = "/tmp/rebuilt-monmap";

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var (layout, mons) = (cluster.Layout, cluster.Layout.Mons);
        Osds(run, cluster, 1);
        var local = Directory.CreateTempSubdirectory("mon-store-").FullName;
        run.Defer("remove the gathered store", async (_, ct) =>
        {
            Directory.Delete(local, recursive: true);
            await InParallel.ForEachAsync(layout.Hosts, (host, token) => RootAsync(host, "rm -rf -- \"$@\"", token, Store, Keyring, MonMap), ct);
        });
        await InParallel.ForEachAsync(
            layout.Hosts,
            async (host, ct) =>
            {
                await host.SudoWriteFileAsync(Keyring, cluster.Keys.Render(), "0600", "root:root", ct);
                await RootAsync(host, "ceph --cluster \"$1\" mon getmap -o \"$2\"", ct, cluster.Name, MonMap);
            },
            cancellationToken);

        foreach (var daemon in new[] { "mon", "mgr", "osd" }.SelectMany(layout.OfType))
            await cluster.KillAsync(daemon, cancellationToken);
        foreach (var mon in mons)
            await RootAsync(mon.Remote, "rm -rf -- \"$1\" && mkdir -p -- \"$1\"", cancellationToken, mon.DataDirectory);

        await GatherAsync(run, cluster, local, cancellationToken);
        await RootAsync(layout.FirstMon, "CEPH_ARGS=--no-mon-config ceph-monstore-tool \"$1\" rebuild -- --keyring \"$2\" --monmap \"$3\"", cancellationToken, Store, Keyring, MonMap);
        foreach (var mon in mons)
            await RootAsync(mon.Remote, "ceph-mon --cluster \"$1\" --mkfs -i \"$2\" --monmap \"$3\" --keyring \"$4\"", cancellationToken, cluster.Name, mon.DaemonId, MonMap, Keyring);
        await RootAsync(layout.FirstMon, "rm -rf \"$2/store.db\" && cp -a \"$1/store.db\" \"$2/store.db\"", cancellationToken, Store, mons[0].DataDirectory);
        foreach (var mon in mons)
            await RootAsync(mon.Remote, "chown -R ceph:ceph \"$1\"", cancellationToken, mon.DataDirectory);

        // A client of before cannot come back: its ticket is of a time that the new store knows nothing of
        await cluster.Commands.ReconnectAsync(cancellationToken);
        await cluster.Processes.StartAsync(mons, cancellationToken);
        await cluster.Health.QuorumAsync(mons.Count, cancellationToken);
        foreach (var type in new[] { "mgr", "osd" })
            await cluster.Processes.StartAsync(layout.OfType(type), cancellationToken);
        await cluster.Health.WorkingAsync(cancellationToken);
    }

    /// <summary>Takes the store from machine to machine; each OSD adds what it knows.</summary>
    private static async Task GatherAsync(TaskRun run, CephCluster cluster, string local, CancellationToken cancellationToken)
    {
        await RootAsync(cluster.Layout.FirstMon, "rm -rf -- \"$1\" && mkdir -p -- \"$1\"", cancellationToken, Store);
        var before = cluster.Layout.FirstMon;
        foreach (var osd in cluster.Layout.Osds)
        {
            CephLog.Note(run.Log, $"rebuild_mondb: gathering from {osd.Role}");
            await MoveAsync(before, osd.Remote, local, cancellationToken);
            before = osd.Remote;
            await ObjectstoreTool.RunAsync(cluster, osd, ["--op", "update-mon-db", "--mon-store-path", Store], cancellationToken);
        }

        await MoveAsync(before, cluster.Layout.FirstMon, local, cancellationToken);
    }

    private static async Task MoveAsync(Remote from, Remote to, string local, CancellationToken cancellationToken)
    {
        if (from == to)
            return;
        Directory.Delete(local, recursive: true);
        Directory.CreateDirectory(local);
        await from.PullDirectoryAsync(Store, local, sudo: true, cancellationToken);
        await RootAsync(to, "rm -rf -- \"$1\"", cancellationToken, Store);
        await to.PushDirectoryAsync(local, Store, sudo: true, cancellationToken);
    }

    private static Task RootAsync(Remote remote, string script, CancellationToken cancellationToken, params string[] arguments) =>
        remote.RunAsync(RemoteCommand.Args(["sh", "-c", script, "sh", .. arguments]) with { Sudo = true, Label = "rebuild_mondb" }, cancellationToken);
}
