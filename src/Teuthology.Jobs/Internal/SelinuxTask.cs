using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary><c>selinux</c>: applies to machines with SELinux only; their denials are not looked for, which is told.</summary>
internal sealed class SelinuxTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        foreach (var remote in job.Shared<HostFacts>().Where(job.Cluster, f => f.OwnKernel && f.Selinux))
            JobLog.Warn(run.Log, $"{remote.ShortName} runs SELinux; its mode is left alone and denials are not looked for");
        return Task.CompletedTask;
    }
}
