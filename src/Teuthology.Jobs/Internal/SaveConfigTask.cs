using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary><c>internal.save_config</c>: writes config.yaml, the job as it runs, with its targets.</summary>
internal sealed class SaveConfigTask(JobArchive archive) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var config = run.Job.Config;
        if (config.ContainsKey("kernel") && !run.Job.Tasks.TryFind("kernel", out _))
            JobLog.Warn(run.Log, "kernel: no task installs kernels on this lab's machines; the section is ignored");
        archive.WriteConfig(run.Job.Config);
        return Task.CompletedTask;
    }
}
