using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>
/// The key <c>interactive-on-error</c>: a prompt where the job failed, before anything of it is unwound. After a task's failure it opens once
/// and the key counts as off; when only cleaning up fails it opens at each failure (upstream's rule).
/// </summary>
internal sealed class FailurePrompt(JobContext job)
{
    private const string Key = "interactive-on-error";
    private readonly ILogger _log = job.Loggers.CreateLogger("teuthology.run_tasks");

    public async Task OpenForTaskAsync(Exception error, CancellationToken cancellationToken)
    {
        if (!IsOn)
            return;
        var task = job.Failures.All.FirstOrDefault(f => ReferenceEquals(f.Error, error))?.Task;
        await OpenAsync("Saw failure during task execution, going into interactive mode...", task, error, cancellationToken);
        job.Config[Key] = false;
    }

    public Task OpenForCleanupAsync(string task, Exception error) => IsOn
        ? OpenAsync("Saw failure during task cleanup, going into interactive mode...", task, error, job.Interruption.Token)
        : Task.CompletedTask;

    // An interrupted job has nobody to talk to.
    private bool IsOn => job.Config.Get(Key) is true && job.Interruption.Reason is null;

    // Trouble of the prompt itself must not keep the job from being unwound.
    private async Task OpenAsync(string why, string? task, Exception error, CancellationToken cancellationToken)
    {
        var prompt = job.Services.GetRequiredService<IJobPrompt>();
        if (!prompt.IsAvailable)
        {
            JobLog.Warn(_log, $"{Key}: there is no terminal; going on");
            return;
        }

        JobLog.Warn(_log, why);
        try
        {
            await prompt.ShowAsync(new JobPause(job, task ?? "interactive", null, error), cancellationToken);
        }
        catch (Exception e)
        {
            JobLog.PromptFailed(_log, e);
        }
    }
}
