using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary><c>internal.timer</c>: tells how long the job's own tasks took; the summary's duration is that of the whole job.</summary>
internal sealed class TimerTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        JobLog.Note(run.Log, "Starting timer...");
        var start = run.Job.Time.GetTimestamp();
        run.Defer("stop the timer", (_, _) =>
        {
            JobLog.Duration(run.Log, run.Job.Time.GetElapsedTime(start).TotalSeconds);
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}
