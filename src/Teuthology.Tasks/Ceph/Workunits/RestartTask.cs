using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>restart</c>: runs scripts that have daemons crash. A line <c>restart TYPE ID [KEY VALUE]…</c> of a script's output waits until that daemon has ended, starts it again, once with these
/// options, and answers <c>restarted</c>; <c>done</c> ends the talk.
/// </summary>
[Task("restart")]
public sealed class RestartTask : JobTask<RestartOptions>, ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<RestartOptions>(out var options))
            _ = Plans(run, options);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, RestartOptions options, CancellationToken cancellationToken)
    {
        var tree = WorkunitTree.Open(run.Job.Spec.SuitesDirectory, "qa/workunits", run.Name);
        foreach (var (role, remote, scripts) in Plans(run, options))
        {
            var directory = $"{run.Job.TestDirectory}/restart.{role}";
            var root = tree.IsSource ? $"{directory}/qa/workunits" : directory;
            run.Defer($"remove scripts of {role}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-rf", "--", directory), ct));
            await remote.RunAsync(
                RemoteCommand.Script($"mkdir -p -- {ShellQuote.Quote(directory)} && tar -x {(tree.IsSource ? "-z " : "")}-C {ShellQuote.Quote(directory)} && cd -- {ShellQuote.Quote(root)} && if [ -e Makefile ]; then make >&2; fi")
                    with { Stdin = await tree.PackAsync(scripts, cancellationToken), Label = $"restart scripts for {role}" },
                cancellationToken);
            foreach (var script in scripts)
                await ScriptAsync(run, options, remote, $"{root}/{script}", cancellationToken);
        }
    }

    private static IReadOnlyList<(string Role, Remote Remote, IReadOnlyList<string> Scripts)> Plans(TaskRun run, RestartOptions options)
    {
        if (options.Exec.Count == 0)
            throw run.Wrong("'exec' names nobody", "exec");
        var machines = options.Exec.Keys.ToDictionary(role => role, role => RoleCommands.Machine(run, "exec", role));
        var tree = WorkunitTree.Open(run.Job.Spec.SuitesDirectory, "qa/workunits", run.Name);
        return [.. options.Exec.Select(e => (e.Key, machines[e.Key], (IReadOnlyList<string>)[.. e.Value.SelectMany(spec => Scripts(run, tree, spec))]))];
    }

    private static IReadOnlyList<string> Scripts(TaskRun run, WorkunitTree tree, string spec)
    {
        var found = tree.Units.Where(u => u.Contains(spec, StringComparison.Ordinal)).ToList();
        return spec.Length > 0 && found.Count > 0 ? found : throw run.Wrong($"there is no executable file '{spec}' in {tree.Root}", "exec");
    }

    private static async Task ScriptAsync(TaskRun run, RestartOptions options, Remote remote, string script, CancellationToken cancellationToken)
    {
        CephLog.Note(run.Log, $"Running restart script {script}...");
        var environment = new Dictionary<string, string>(options.Env, StringComparer.Ordinal) { ["TESTDIR"] = run.Job.TestDirectory };
        await using var process = await remote.StartAsync(
            RemoteCommand.Args("adjust-ulimits", "ceph-coverage", $"{run.Job.RemoteArchive}/coverage", script) with { StdinPipe = true, StdoutPipe = true, Environment = environment, Label = "restart script" },
            cancellationToken);
        using (var lines = new StreamReader(process.Stdout))
        {
            // Reads block a thread: Ctrl-C ends the process, and so the stream
            while (await Task.Run(lines.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } line && line.Trim() != "done")
            {
                CephLog.Note(run.Log, $"restart: {line.Trim()}");
                await RestartAsync(run, line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), cancellationToken);
                await process.Stdin.WriteAsync("restarted\n"u8.ToArray(), cancellationToken);
                await process.Stdin.FlushAsync(cancellationToken);
            }

            await process.Stdin.DisposeAsync();
            await Task.Run(lines.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);
        }

        await process.WaitAsync(cancellationToken);
    }

    private static async Task RestartAsync(TaskRun run, string[] words, CancellationToken cancellationToken)
    {
        if (words is not ["restart", var type, var id, .. var options] || options.Length % 2 != 0)
            throw new TeuthologyException(FailureKind.Test, $"the script said '{string.Join(' ', words)}'; it may say: restart TYPE ID [KEY VALUE]…, or done");
        var cluster = run.Job.Shared<CephClusters>().Find("ceph");
        var daemon = cluster.Layout.Resolve([$"{type}.{id}"])[0];
        var ended = await cluster.Processes.WaitAsync(daemon, cancellationToken);
        CephLog.Note(run.Log, $"restart: {daemon.Role} ended {(ended.Signal is { } signal ? $"by signal {signal}" : $"with status {ended.ExitStatus}")}");
        await cluster.Processes.StartAsync(daemon, [.. options.Chunk(2).Select(o => $"--{o[0]}={o[1]}")], cancellationToken);
    }
}
