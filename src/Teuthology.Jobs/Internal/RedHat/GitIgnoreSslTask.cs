using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.git_ignore_ssl</c>: has git on the machines trust any server, as those inside often show certificates of their own making; as before at the end.</summary>
internal sealed class GitIgnoreSslTask : IJobTask
{
    private const string Key = "http.sslverify";

    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        JobLog.Note(run.Log, "ignoring ssl errors while cloning http repo");
        return InParallel.ForEachAsync(
            run.Job.Cluster.Remotes,
            async (remote, ct) =>
            {
                var before = (await remote.RunAsync(RemoteCommand.Args("git", "config", "--system", "--get", Key) with { CheckStatus = false }, ct)).Stdout.Trim();
                string[] restore = before.Length > 0 ? [Key, before] : ["--unset", Key];
                run.Defer($"have git on {remote.ShortName} look at certificates", (_, end) => ConfigureAsync(remote, restore, end));
                await ConfigureAsync(remote, [Key, "false"], ct);
            },
            cancellationToken);
    }

    private static Task ConfigureAsync(Remote remote, string[] words, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args(["git", "config", "--system", .. words]) with { Sudo = true }, cancellationToken);
}
