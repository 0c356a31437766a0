using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary><c>internal.check_conflict</c>: a test directory that is there already belongs to another job.</summary>
internal sealed class CheckConflictTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var stale = job.Shared<HostFacts>().Where(job.Cluster, f => f.Stale);
        if (stale.Count == 0)
            return Task.CompletedTask;

        var hosts = stale.Select(r => $"Host {r.ShortName} has stale test directory {job.TestDirectory}, check lock and cleanup.").ToList();
        foreach (var host in hosts)
            JobLog.Bad(run.Log, host);
        throw new TeuthologyException(FailureKind.Infrastructure, "Stale jobs detected, aborting.\n" + string.Join('\n', hosts));
    }
}
