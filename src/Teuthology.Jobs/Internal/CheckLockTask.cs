using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.check_lock</c>: machines that a job file gives must be up and locked by the job's owner, when the site has a lock server. What the
/// lab itself gave is leased already.
/// </summary>
internal sealed class CheckLockTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (job.Options.Site.LockServer is not { } url || job.Config.Get("check-locks") is false)
        {
            JobLog.Note(run.Log, "Lock checking disabled.");
            return;
        }

        if (!job.Spec.OwnTargets || job.Config.Get("targets") is not YamlMap targets)
            return;
        JobLog.Note(run.Log, "Checking locks...");
        await using var server = new ServerDirectory(new HttpClient(), url);
        foreach (var target in Target.Read(new YamlMap { ["targets"] = targets }, job.Options.Site))
            Check(target.Host, await server.FindAsync(target.Host, cancellationToken), job.Owner);
    }

    private static void Check(string machine, NodeRecord? status, string owner)
    {
        var wrong = status switch
        {
            null => $"could not read lock status for {machine}",
            { Up: false } => $"machine {machine} is marked down",
            { Locked: false } => $"machine {machine} is not locked",
            _ when status.LockedBy != owner => $"machine {machine} is locked by {status.LockedBy}, not {owner}",
            _ => null,
        };
        if (wrong is not null)
            throw new TeuthologyException(FailureKind.Infrastructure, wrong);
    }
}
