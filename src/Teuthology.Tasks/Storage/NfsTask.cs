using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>nfs</c>: mounts at <c>mnt.ID</c> of clients what another client exports by <c>knfsd</c>: <c>{client.1: {server: client.0, options: [rw]}}</c>.</summary>
[Task("nfs")]
public sealed class NfsTask : ICheckedTask
{
    private static readonly HostNeeds Needs = new()
    {
        Programs = new Dictionary<string, string>(StringComparer.Ordinal) { ["mount.nfs"] = "nfs-common" },
        Modules = ["nfs"],
    };

    /// <inheritdoc/>
    public void Check(TaskRun run) => Mounts(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var mounts = Mounts(run);
        await Needs.RequireAsync(run, mounts.Select(m => m.Remote), cancellationToken);
        TasksLog.Text(run.Log, "Mounting nfs clients...");
        foreach (var (remote, source, target, options) in mounts)
        {
            await remote.RunAsync(RemoteCommand.Args("mkdir", "--", target), cancellationToken);
            run.Defer($"remove {target}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rmdir", "--", target), ct));
            await remote.RunAsync(RemoteCommand.Args("mount", "-o", options, source, target) with { Sudo = true }, cancellationToken);
            run.Defer($"unmount {target}", async (_, ct) =>
            {
                await remote.RunAsync(RemoteCommand.Args("sync"), ct);
                await remote.RunAsync(RemoteCommand.Args("lsof", "-V", "+D", target) with { Sudo = true, CheckStatus = false }, ct);
                await remote.RunAsync(RemoteCommand.Args("umount", target) with { Sudo = true }, ct);
            });
        }
    }

    private static List<(Remote Remote, string Source, string Target, string Options)> Mounts(TaskRun run) => run.Config is YamlMap { Count: > 0 }
        ? [.. RoleOptions.Read<NfsOptions>(run, []).Select(client => Mount(run, client.Role, client.Remote, client.Options))]
        : throw run.Wrong("it needs a mapping of clients, each with its 'server': {client.1: {server: client.0}}");

    private static (Remote Remote, string Source, string Target, string Options) Mount(TaskRun run, string role, Remote remote, NfsOptions options)
    {
        var server = RoleCommands.Machine(run, role, options.Server);
        var source = $"{server.HostName}:{ClientRoles.MountOf(run.Job, RoleOptions.ClientId(run, options.Server))}";
        return (remote, source, ClientRoles.MountOf(run.Job, RoleOptions.ClientId(run, role)), string.Join(',', options.Options));
    }
}
