using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary><c>internal.check_ceph_data</c>: data of a former Ceph cluster would mix with the job's.</summary>
internal sealed class CheckCephDataTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        // A machine without root cannot touch /var/lib/ceph, whatever is in it.
        var stale = run.Job.Shared<HostFacts>().Where(run.Job.Cluster, f => f.CephData && f.Features.HasFlag(LabFeatures.Root));
        if (stale.Count == 0)
            return Task.CompletedTask;

        foreach (var remote in stale)
            JobLog.Bad(run.Log, $"Host {remote.ShortName} has stale data in /var/lib/ceph");
        throw new TeuthologyException(
            FailureKind.Infrastructure,
            $"Stale /var/lib/ceph detected, aborting. Host: {string.Join(", ", stale.Select(r => r.ShortName))}; reimage it, or set use_existing_cluster: true");
    }
}
