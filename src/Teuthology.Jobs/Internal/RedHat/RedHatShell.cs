using System.Text;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>Runs scripts as root on the machines of a downstream job.</summary>
internal static class RedHatShell
{
    /// <summary>Runs a script on a machine. It comes by standard input: logs do not show what passwords it has.</summary>
    public static Task<CommandResult> RootAsync(this Remote remote, string label, string script, CancellationToken cancellationToken, bool check = true, TimeSpan? timeout = null) => remote.RunAsync(
        RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = label, Stdin = Encoding.UTF8.GetBytes("set -e\n" + script), CheckStatus = check, Timeout = timeout }, cancellationToken);

    /// <summary>Does something on every machine for which something holds, at once.</summary>
    public static Task OnEachAsync(this TaskRun run, Func<OsFacts, bool> holds, Func<Remote, OsFacts, CancellationToken, Task> work, CancellationToken cancellationToken) => InParallel.ForEachAsync(
        run.Job.Cluster.Remotes,
        async (remote, ct) =>
        {
            var os = (await remote.Facts.GetAsync(ct)).Os;
            if (holds(os))
                await work(remote, os, ct);
        },
        cancellationToken);
}
