using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>interactive</c>: a prompt on the terminal, to look at the job's machines; Ctrl-D goes on. Without a terminal it is skipped with a note.
/// </summary>
/// <param name="terminal">Where the person sits.</param>
[Task("interactive")]
public sealed class InteractiveTask(ITerminal terminal) : IJobTask
{
    private const string Help = "roles | config | ROLE COMMAND… (runs on the role's machine) | all COMMAND… | help | Ctrl-D goes on";

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (!terminal.IsInteractive)
        {
            TasksLog.Text(run.Log, "interactive: there is no terminal; going on");
            return;
        }

        using var hold = await terminal.HoldAsync(cancellationToken);
        terminal.WriteLine("Ceph test interactive mode, use ctx to interact with the cluster, press control-D to exit...");
        terminal.WriteLine(Help);
        while (await terminal.ReadLineAsync("ctx> ", cancellationToken) is { } line)
        {
            try
            {
                await DoAsync(run, line.Trim(), cancellationToken);
            }
            catch (TeuthologyException e)
            {
                terminal.WriteLine(e.Message);
            }
        }
    }

    private async Task DoAsync(TaskRun run, string line, CancellationToken cancellationToken)
    {
        var words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        switch (words)
        {
            case []:
                break;
            case ["help"]:
                terminal.WriteLine(Help);
                break;
            case ["roles"]:
                terminal.WriteLine(run.Job.Cluster.ToString());
                break;
            case ["config"]:
                terminal.WriteLine(YamlDumper.Dump(run.Job.Config).TrimEnd());
                break;
            case ["all", var command]:
                foreach (var remote in run.Job.Cluster.Remotes)
                    await ShowAsync(remote, command, cancellationToken);
                break;
            case [var role, var command]:
                await ShowAsync(run.Job.Cluster.Single(role), command, cancellationToken);
                break;
            default:
                terminal.WriteLine($"not understood: {line}; {Help}");
                break;
        }
    }

    private async Task ShowAsync(Remote remote, string command, CancellationToken cancellationToken)
    {
        var result = await remote.RunAsync(RemoteCommand.Script(command) with { CheckStatus = false }, cancellationToken);
        terminal.WriteLine($"{remote.Name}: {result.Stdout}{result.Stderr}".TrimEnd());
        if (result.ExitStatus != 0)
            terminal.WriteLine($"{remote.Name}: status {result.ExitStatus}");
    }
}
