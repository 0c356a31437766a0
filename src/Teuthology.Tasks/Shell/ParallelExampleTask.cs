using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>parallel_example</c>: shows how commands are run on many machines at once and then one by one; roles to run on, or all clients.</summary>
[Task("parallel_example")]
public sealed class ParallelExampleTask : IJobTask
{
    private static readonly RemoteCommand Command = RemoteCommand.Script("sleep 1; date; hostname");

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var roles = run.Config switch
        {
            null => run.Job.Cluster.AllRoles.Where(Role.IsType("client")).ToList(),
            YamlList or YamlMap => [.. (run.Config as YamlMap)?.Keys.OfType<string>() ?? run.List().OfType<string>()],
            _ => throw run.Wrong("it needs a list of roles or a mapping by role"),
        };
        var remotes = roles.Select(role => RoleCommands.Machine(run, role)).ToList();
        await InParallel.ForEachAsync(remotes, (remote, ct) => remote.RunAsync(Command, ct), cancellationToken);
        foreach (var remote in remotes)
            await remote.RunAsync(Command, cancellationToken);
    }
}
