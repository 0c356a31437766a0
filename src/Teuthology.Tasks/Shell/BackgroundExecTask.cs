using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>background_exec</c>: <c>{role: command or [commands]}</c>, started and left running. When the job unwinds, what still runs is killed
/// with its process group; one that had failed by itself fails the job.
/// </summary>
[Task("background_exec")]
public sealed class BackgroundExecTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        TasksLog.CustomCommands(run.Log);
        var map = run.Map();
        if (map.Count == 0)
            throw run.Wrong("it needs roles with their commands");
        foreach (var (remote, role, command) in map.Keys.Select(k => (RoleCommands.Machine(run, k), k.ToString()!, string.Join("; ", RoleCommands.Commands(run, k)))).ToList())
        {
            TasksLog.RunningCommands(run.Log, role, remote.Name);
            var process = await remote.StartAsync(RoleCommands.Bash(run, remote, command), cancellationToken);
            run.Defer($"end '{command}' on {remote.ShortName}", (_, ct) => EndAsync(process, ct));
        }
    }

    private static async Task EndAsync(RemoteProcess process, CancellationToken cancellationToken)
    {
        await using (process)
        {
            if (process.Finished)
                await process.WaitAsync(cancellationToken);
            else
                await process.KillAsync(cancellationToken);
        }
    }
}
