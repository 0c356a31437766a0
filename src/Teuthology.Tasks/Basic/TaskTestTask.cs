using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>tasktest</c>: notes in the log when it is entered and when it is unwound; <c>id</c> names it, <c>delay</c> holds it for so many seconds.</summary>
[Task("tasktest")]
public sealed class TaskTestTask : ICheckedTask
{
    private static readonly string Stars = new('*', 50);

    /// <inheritdoc/>
    public void Check(TaskRun run) => Read(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var (id, delay) = Read(run);
        Frame(run, $"Started task test -- {id}");
        run.Defer("tell the end", (_, _) =>
        {
            Frame(run, $"Task test is being cleaned up -- {id}");
            return Task.CompletedTask;
        });
        await Task.Delay(TimeSpan.FromSeconds(delay), run.Job.Time, cancellationToken);
    }

    private static (string? Id, double Delay) Read(TaskRun run)
    {
        // Upstream's own example writes it as a list of one-key mappings
        var map = run.Config is YamlList list ? list.OfType<YamlMap>().Aggregate(new YamlMap(), (all, one) => (YamlMap)DeepMerge.MergeInto(all, one)!) : run.Map();
        if (map.Keys.FirstOrDefault(k => k is not ("id" or "delay")) is { } unknown)
            throw run.Wrong($"unknown key '{unknown}' (known: id, delay)", unknown);
        var id = map.Get("id") is { } name ? Convert.ToString(name, CultureInfo.InvariantCulture) : "UNKNOWN";
        var delay = map.Get("delay") switch
        {
            null => 0,
            long or double => Convert.ToDouble(map.Get("delay"), CultureInfo.InvariantCulture),
            _ => throw run.Wrong("'delay' must be a number of seconds", "delay"),
        };
        if (delay < 0)
            throw run.Wrong("'delay' must not be negative", "delay");
        return (id, delay);
    }

    private static void Frame(TaskRun run, string text)
    {
        TasksLog.Text(run.Log, Stars);
        TasksLog.Text(run.Log, text);
        TasksLog.Text(run.Log, Stars);
    }
}
