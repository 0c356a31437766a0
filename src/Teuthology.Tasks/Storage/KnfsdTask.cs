using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>knfsd</c>: exports the mounts of clients (all, those listed, or a mapping with <c>options</c> and <c>wildcard</c>) by the kernel's NFS server
/// to the job's machines. What <c>localdir</c>, <c>ceph-fuse</c> or the like mounted there must stand before it.
/// </summary>
[Task("knfsd")]
public sealed class KnfsdTask : ICheckedTask
{
    private static readonly HostNeeds Needs = new()
    {
        Programs = new Dictionary<string, string>(StringComparer.Ordinal) { ["exportfs"] = "nfs-kernel-server" },
        Modules = ["nfsd"],
    };

    /// <inheritdoc/>
    public void Check(TaskRun run) => Exports(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var exports = Exports(run);
        await Needs.RequireAsync(run, exports.Select(e => e.Remote), cancellationToken);
        TasksLog.Text(run.Log, "Exporting nfs server...");
        foreach (var (remote, id, options) in exports)
        {
            var service = (await remote.Facts.GetAsync(cancellationToken)).Os.PackageType == "deb" ? "nfs-kernel-server" : "nfs";
            await ExportAsync(run, remote, id, service, options, cancellationToken);
        }
    }

    private static List<(Remote Remote, string Id, KnfsdOptions Options)> Exports(TaskRun run) =>
        [.. RoleOptions.Read<KnfsdOptions>(run, run.Job.Cluster.AllRoles.Where(Role.IsType("client"))).Select(client => (client.Remote, RoleOptions.ClientId(run, client.Role), client.Options))];

    private static async Task ExportAsync(TaskRun run, Remote remote, string id, string service, KnfsdOptions options, CancellationToken cancellationToken)
    {
        var mount = ClientRoles.MountOf(run.Job, id);
        var told = string.Join(',', options.Options.Prepend($"fsid=123{id}"));
        TasksLog.Text(run.Log, $"Exporting knfsd client.{id} at {remote.Name} *:{mount} ({told})...");
        await RootAsync(["chmod", "777", mount], check: true, cancellationToken);
        run.Defer($"stop the NFS server of client.{id}", async (_, ct) =>
        {
            await RootAsync(["lsof", "-V", "+D", mount], check: false, ct);
            await RootAsync(["service", service, "stop"], check: true, ct);
            await remote.RunAsync(RemoteCommand.Args("sync"), ct);
        });
        await RootAsync(["service", service, "restart"], check: true, cancellationToken);
        var clients = options.Wildcard ? ["*"] : run.Job.Cluster.Remotes.Select(r => r.Address);
        await RootAsync(["exportfs", "-o", told, .. clients.Select(client => $"{client}:{mount}")], check: true, cancellationToken);

        Task RootAsync(string[] command, bool check, CancellationToken ct) => remote.RunAsync(RemoteCommand.Args(command) with { Sudo = true, CheckStatus = check }, ct);
    }
}
