using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>parallel_example</c>: shows how commands are run on all machines of a role at once and then one by one; roles to run on, or all clients.</summary>
[Task("parallel_example")]
public sealed class ParallelExampleTask : ICheckedTask
{
    private static readonly RemoteCommand Command = RemoteCommand.Script("sleep 1; date; hostname");

    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Roles(run).Count();

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var roles = Roles(run).ToList();
        foreach (var role in roles)
        {
            TasksLog.Text(run.Log, $"Executing command on all hosts concurrently with role \"{role}\"");
            await run.Job.Cluster.Only(role).RunAsync(Command, cancellationToken);
        }

        foreach (var role in roles)
        {
            TasksLog.Text(run.Log, $"Executing command on all hosts sequentially with role \"{role}\"");
            await run.Job.Cluster.Only(role).RunInTurnAsync(Command, cancellationToken);
        }
    }

    private static IEnumerable<string> Roles(TaskRun run)
    {
        var roles = run.Config switch
        {
            null => run.Job.Cluster.AllRoles.Where(Role.IsType("client")),
            YamlList list => RoleOptions.Roles(run, list),
            YamlMap map => map.Keys.Select(key => key as string ?? throw run.Wrong($"role '{key}' must be a text", key)),
            _ => throw run.Wrong("task parallel_example only supports a list or dictionary for configuration"),
        };
        return roles.Select(role => run.Job.Cluster.AllRoles.Contains(role) ? role : throw run.Wrong($"No host has the role '{role}'. The roles of this job are: {string.Join(", ", run.Job.Cluster.AllRoles)}", role));
    }
}
