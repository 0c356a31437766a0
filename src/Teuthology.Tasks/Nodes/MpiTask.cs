using System.Text.RegularExpressions;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>mpi</c>: runs a program by MPICH's <c>mpiexec</c> over the machines of roles, one rank for each role. All of them must have the same version of it, and
/// be able to log in to each other (<c>ssh_keys</c>).
/// </summary>
[Task("mpi")]
public sealed partial class MpiTask : JobTask<MpiOptions>, ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (!run.TryOptions<MpiOptions>(out var options))
            return;
        Remotes(run, options);
        Program(run, options);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, MpiOptions options, CancellationToken cancellationToken)
    {
        var remotes = Remotes(run, options);
        var program = Program(run, options);
        await CheckVersionAsync(run, [.. remotes.Distinct()], cancellationToken);

        var first = remotes[0];
        var hosts = $"{run.Job.TestDirectory}/mpi-hosts";
        IEnumerable<string> where = options.Workdir is { } directory ? ["-wdir", Here(run, directory)] : [];
        TasksLog.Text(run.Log, $"mpi rank 0 is: {first.Name}");
        TasksLog.Text(run.Log, $"mpi nodes: [{string.Join(", ", remotes.Select(r => r.Address))}]");
        run.Defer("remove the list of hosts", (_, ct) => first.RunAsync(RemoteCommand.Args("rm", "-f", "--", hosts), ct));
        await first.WriteFileAsync(hosts, string.Join('\n', remotes.Select(r => r.Address)) + "\n", null, cancellationToken);
        TasksLog.Text(run.Log, $"mpiexec on {first.Name}: {Here(run, options.Exec)}");
        await first.RunAsync(RemoteCommand.Args(["mpiexec", "-f", hosts, .. where, .. program]) with { Label = "mpi" }, cancellationToken);
        TasksLog.Text(run.Log, "mpi task completed");
    }

    private static string Here(TaskRun run, string text) => text.Replace("$TESTDIR", run.Job.TestDirectory, StringComparison.Ordinal);

    private static IReadOnlyList<Remote> Remotes(TaskRun run, MpiOptions options)
    {
        var roles = options.Nodes switch
        {
            null => run.Job.Cluster.AllRoles.Where(Role.IsType("client")),
            "all" => run.Job.Cluster.AllRoles,
            YamlList list => list.Select(role => role as string ?? throw run.Wrong("'nodes' must hold roles", "nodes")),
            _ => throw run.Wrong("'nodes' must be 'all' or a list of roles", "nodes"),
        };
        var remotes = roles.Select(role => RoleCommands.Machine(run, "nodes", role)).ToList();
        return remotes.Count > 0 ? remotes : throw run.Wrong(options.Nodes is null ? "the job has no clients; name roles under 'nodes'" : "'nodes' is empty", "nodes");
    }

    private static IReadOnlyList<string> Program(TaskRun run, MpiOptions options)
    {
        try
        {
            return ShellWords.Split(Here(run, options.Exec)) is { Count: > 0 } words ? words : throw run.Wrong("'exec' is empty", "exec");
        }
        catch (FormatException e)
        {
            throw run.Wrong($"'exec' has {e.Message}", "exec");
        }
    }

    private static async Task CheckVersionAsync(TaskRun run, IReadOnlyList<Remote> remotes, CancellationToken cancellationToken)
    {
        await new HostNeeds { Programs = new Dictionary<string, string>(StringComparer.Ordinal) { ["mpiexec"] = "mpich" } }.RequireAsync(run, remotes, cancellationToken);
        var outputs = await InParallel.ForEachAsync(remotes, async (remote, ct) => (await remote.RunAsync(RemoteCommand.Args("mpiexec", "--version"), ct)).Stdout, cancellationToken);
        foreach (var (remote, output) in remotes.Zip(outputs).Where(pair => !Version().IsMatch(pair.Second)))
            throw new TeuthologyException(FailureKind.Test, $"Malformed MPI version output: {remote.ShortName}: {output.Trim()}");
        var versions = outputs.Select(output => Version().Match(output).Groups["version"].Value).ToList();
        if (versions.Distinct(StringComparer.Ordinal).Count() > 1)
            throw new TeuthologyException(FailureKind.Test, $"MPI version mismatch.  Versions are: {string.Join(", ", remotes.Zip(versions, (r, v) => $"{v} on {r.ShortName}"))}");
        TasksLog.Text(run.Log, $"MPI version {versions[0]}");
    }

    [GeneratedRegex(@"^\s+Version:\s+(?<version>\S.*?)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}
