using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>exec</c>: <c>{role: [commands]}</c>, one after the other with bash, as root where the machine has one; TESTDIR is set.
/// <c>all</c> and <c>all-roles</c> stand for every role, <c>all-hosts</c> for every machine once; such a key stands alone.
/// The first command that fails ends it.
/// </summary>
[Task("exec")]
public sealed class ExecTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Targets(run).Count();

    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => RunAsync(run, Targets(run).ToList(), cancellationToken);

    /// <summary>Runs commands one after the other.</summary>
    internal static async Task RunAsync(TaskRun run, IEnumerable<(string Role, Remote Remote, IReadOnlyList<string> Commands)> targets, CancellationToken cancellationToken)
    {
        TasksLog.CustomCommands(run.Log);
        foreach (var (role, remote, commands) in targets)
        {
            TasksLog.RunningCommands(run.Log, role, remote.Name);
            foreach (var command in commands)
                await remote.RunAsync(RoleCommands.Bash(run, remote, command), cancellationToken);
        }
    }

    /// <summary>Which commands go to which machines.</summary>
    internal static IEnumerable<(string Role, Remote Remote, IReadOnlyList<string> Commands)> Targets(TaskRun run)
    {
        var map = run.Map();
        if (map.Count == 0)
            throw run.Wrong("it needs roles with their commands");
        foreach (var key in map.Keys)
        {
            if (key is not ("all" or "all-roles" or "all-hosts"))
            {
                yield return (key.ToString()!, RoleCommands.Machine(run, key), RoleCommands.Commands(run, key));
                continue;
            }

            if (map.Count > 1)
                throw run.Wrong($"'{key}' must be alone", key);
            var commands = RoleCommands.Commands(run, key);
            foreach (var remote in run.Job.Cluster.Remotes)
            {
                foreach (var role in key is "all-hosts" ? run.Job.Cluster.RolesOf(remote).Take(1) : run.Job.Cluster.RolesOf(remote))
                    yield return (role, remote, commands);
            }
        }
    }
}
