using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>mpi</c>: runs a program by <c>mpiexec</c> over the machines of roles. All of them must have the same version of MPI, and be able to log in to
/// each other (<c>ssh_keys</c>).
/// </summary>
[Task("mpi")]
public sealed class MpiTask : JobTask<MpiOptions>
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, MpiOptions options, CancellationToken cancellationToken)
    {
        var remotes = Roles(run, options).Select(role => RoleCommands.Machine(run, role)).Distinct().ToList();
        if (remotes.Count == 0)
            throw run.Wrong("the job has no clients; name roles under 'nodes'", "nodes");
        await CheckVersionAsync(run, remotes, cancellationToken);

        var first = remotes[0];
        var hosts = $"{run.Job.TestDirectory}/mpi-hosts";
        run.Defer("remove the list of hosts", (_, ct) => first.RunAsync(RemoteCommand.Args("rm", "-f", "--", hosts), ct));
        await first.WriteFileAsync(hosts, string.Join('\n', remotes.Select(r => r.Address)) + "\n", null, cancellationToken);
        string Here(string text) => text.Replace("$TESTDIR", run.Job.TestDirectory, StringComparison.Ordinal);
        IEnumerable<string> where = options.Workdir is { } directory ? ["-wdir", Here(directory)] : [];
        TasksLog.Text(run.Log, $"mpi rank 0 is {first.ShortName}; nodes: {string.Join(", ", remotes.Select(r => r.ShortName))}");
        await first.RunAsync(RemoteCommand.Args(["mpiexec", "-f", hosts, .. where, .. ShellWords.Split(Here(options.Exec))]) with { Label = "mpi" }, cancellationToken);
    }

    private static IEnumerable<string> Roles(TaskRun run, MpiOptions options) => options.Nodes switch
    {
        null => run.Job.Cluster.AllRoles.Where(Role.IsType("client")),
        "all" => run.Job.Cluster.AllRoles,
        YamlList list => list.Select(role => role as string ?? throw run.Wrong("'nodes' must hold roles", "nodes")),
        _ => throw run.Wrong("'nodes' must be 'all' or a list of roles", "nodes"),
    };

    private static async Task CheckVersionAsync(TaskRun run, IReadOnlyList<Remote> remotes, CancellationToken cancellationToken)
    {
        var versions = await InParallel.ForEachAsync(
            remotes,
            async (remote, ct) => (await remote.RunAsync(RemoteCommand.Script("mpiexec --version 2>/dev/null | sed -n '1p;/Version:/p'") with { Label = "version of MPI", CheckStatus = false }, ct)).Stdout.Trim(),
            cancellationToken);
        if (versions.Any(v => v.Length == 0))
            throw run.Wrong($"{remotes[versions.ToList().FindIndex(v => v.Length == 0)].ShortName} has no mpiexec; install MPICH, e.g. with install: extra_system_packages: [mpich]");
        if (versions.Distinct(StringComparer.Ordinal).Count() > 1)
            throw run.Wrong($"the machines have different versions of MPI: {string.Join("; ", remotes.Zip(versions, (r, v) => $"{r.ShortName}: {v.Split('\n')[^1].Trim()}"))}");
    }
}
