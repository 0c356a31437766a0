using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>timer: DESCRIPTION</c>: measures from here until the job (or the group that it stands in) unwinds, and adds the time of day and
/// <c>HH:MM:SS.ffffff</c> to <c>timer.DESCRIPTION</c> of summary.yaml.
/// </summary>
[Task("timer")]
public sealed class StopwatchTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => Description(run);

    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var what = Description(run);
        var start = run.Job.Time.GetTimestamp();
        run.Defer("note the time", (_, _) =>
        {
            var elapsed = run.Job.Time.GetElapsedTime(start).ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture);
            var now = run.Job.Time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
            var summary = run.Job.Summary;
            lock (summary)
            {
                if (!summary.TryGetMap("timer", out var timers))
                    summary["timer"] = timers = [];
                if (!timers.TryGetList(what, out var times))
                    timers[what] = times = new YamlList([]);
                times.Add(new YamlList([now, elapsed]));
            }

            TasksLog.Text(run.Log, $"Elapsed time for {what} -- {elapsed}");
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private static string Description(TaskRun run) => run.Config switch
    {
        null or YamlMap or YamlList => throw run.Wrong("write a description behind it: '- timer: what is timed'"),
        var text => Convert.ToString(text, CultureInfo.InvariantCulture)!,
    };
}
