using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><c>localdir</c>: gives clients (all, or those listed) a <c>mnt.ID</c> that is a plain directory of their machine.</summary>
[Task("localdir")]
public sealed class LocalDirTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => ClientRoles.Of(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var clients = ClientRoles.Of(run);
        TasksLog.Text(run.Log, "Creating local mnt dirs...");
        foreach (var (_, id, remote) in clients)
        {
            var directory = ClientRoles.MountOf(run.Job, id);
            TasksLog.Text(run.Log, $"Creating dir {remote} {directory}...");
            await remote.RunAsync(RemoteCommand.Args("mkdir", "--", directory), cancellationToken);
            run.Defer($"remove {directory}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-rf", "--", directory) with { Sudo = run.Job.HasSudo(remote) }, ct));
        }

        run.Defer("tell it", (_, _) =>
        {
            TasksLog.Text(run.Log, "Removing local mnt dirs...");
            return Task.CompletedTask;
        });
    }
}
