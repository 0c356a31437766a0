using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>sleep</c>: waits <c>duration</c> seconds, 5 unless told.</summary>
[Task("sleep")]
public sealed class SleepTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => Duration(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var duration = Duration(run);
        TasksLog.Sleeping(run.Log, duration.TotalSeconds);
        await Task.Delay(duration, run.Job.Time, cancellationToken);
    }

    private static TimeSpan Duration(TaskRun run)
    {
        if (run.Config is not (null or YamlMap))
            throw run.Wrong("write 'duration: SECONDS' under it");
        var duration = run.Seconds("duration", TimeSpan.FromSeconds(5));
        if (duration < TimeSpan.Zero)
            throw run.Wrong("'duration' must not be negative", "duration");
        return duration;
    }
}
