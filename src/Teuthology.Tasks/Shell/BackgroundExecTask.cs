using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>background_exec</c>: <c>{role: command or [commands]}</c>, started and left running. When the job unwinds, what still runs is killed
/// with its process group. How one ended by itself is noted in the log and not judged, as upstream.
/// </summary>
[Task("background_exec")]
public sealed class BackgroundExecTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Commands(run).Count();

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var (remote, role, command) in Commands(run).ToList())
        {
            TasksLog.RunningInBackground(run.Log, role, remote.Name);
            var process = await remote.StartAsync(RoleCommands.Bash(run, remote, command) with
            {
                CheckStatus = false, Log = run.Job.Loggers.CreateLogger($"teuthology.task.background_exec.{remote.Name}"),
            }, cancellationToken);
            run.Defer($"end '{command}' on {remote.ShortName}", (_, ct) => EndAsync(run, process, ct));
        }
    }

    private static IEnumerable<(Remote Remote, string Role, string Command)> Commands(TaskRun run)
    {
        var map = run.Map();
        if (map.Count == 0)
            throw run.Wrong("it needs roles with their commands");
        foreach (var key in map.Keys)
            yield return (RoleCommands.Machine(run, key), key.ToString()!, string.Join("; ", RoleCommands.Commands(run, key)));
    }

    private static async Task EndAsync(TaskRun run, RemoteProcess process, CancellationToken cancellationToken)
    {
        await using (process)
        {
            var name = process.Remote.Name;
            if (process.Finished)
            {
                var result = await process.WaitAsync(cancellationToken);
                TasksLog.EndedInBackground(run.Log, name, result.Signal is { } signal ? $"signal {signal}" : $"status {result.ExitStatus}");
                return;
            }

            TasksLog.StoppingInBackground(run.Log, name);
            await process.KillAsync(cancellationToken);
        }
    }
}
