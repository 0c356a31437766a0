using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.base</c>: makes the test directory. At the end it must be empty: what a job left behind fails it, with a listing.
/// </summary>
internal sealed class BaseTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var facts = job.Shared<HostFacts>();
        var directory = job.TestDirectory;
        await InParallel.ForEachAsync(
            facts.OnePerFileSystem(job.Cluster),
            async (remote, ct) =>
            {
                await remote.RunAsync(RemoteCommand.Args("mkdir", "-m0755", "--", directory) with { Label = "make the test directory" }, ct);
                run.Defer($"remove the test directory on {remote.ShortName}", (_, end) => RemoveAsync(remote, facts[remote], directory, end));
            },
            cancellationToken);
    }

    private static async Task RemoveAsync(Remote remote, HostFact fact, string directory, CancellationToken cancellationToken)
    {
        var script = $"d={ShellQuote.Quote(directory)}; rmdir -- \"$d\" 2>/dev/null || {{ find \"$d\" -mindepth 1 -ls; exit 3; }}";
        var result = await remote.RunAsync(
            RemoteCommand.Script(script) with { Label = "remove the test directory", CheckStatus = false },
            cancellationToken);
        if (result.ExitStatus == 0)
            return;

        // A machine that is imaged anew may keep them for a look; on a shared file system nobody else clears them away.
        if (!fact.Features.HasFlag(LabFeatures.OwnRoot))
            await remote.RunAsync(RemoteCommand.Args("rm", "-rf", "--", directory), cancellationToken);
        throw new TeuthologyException(
            FailureKind.Test,
            $"The job left files in the test directory {directory} of {remote.ShortName}; remove them in the job:\n{result.Stdout.TrimEnd()}{result.Stderr.TrimEnd()}");
    }
}
