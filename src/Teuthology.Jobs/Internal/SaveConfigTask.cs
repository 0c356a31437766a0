using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary><c>internal.save_config</c>: writes config.yaml, the job as it runs, with its targets.</summary>
internal sealed class SaveConfigTask(JobArchive archive) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (run.Job.Config.ContainsKey("kernel"))
            JobLog.Warn(run.Log, "kernel: no task installs kernels on this lab's machines; the section is ignored");
        archive.WriteConfig(run.Job.Config);
        return Task.CompletedTask;
    }
}
