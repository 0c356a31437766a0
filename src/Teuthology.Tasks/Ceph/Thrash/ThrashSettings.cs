using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Reads a thrasher's configuration. Keys that nobody knows are passed over, as upstream: suites have them.</summary>
/// <param name="run">The task; its <see cref="TaskRun.Config"/> with overrides merged.</param>
internal sealed class ThrashSettings(TaskRun run)
{
    private readonly TaskRun _run = run;

    /// <summary>The task's own configuration with <c>overrides.TASK</c> over it.</summary>
    public static ThrashSettings Of(TaskRun run, string? overrides)
    {
        var over = overrides is null ? null : run.Job.Overrides(overrides);
        _ = run.Map();
        return new ThrashSettings(new TaskRun { Job = run.Job, Name = run.Name, Config = DeepMerge.Merge(run.Config ?? new YamlMap(), over), Mark = run.Mark, Log = run.Log });
    }

    public string Cluster => _run.Text("cluster") ?? "ceph";

    /// <summary>The seed that was asked for, or one of the clock.</summary>
    public int Seed => unchecked((int)_run.Whole("seed", _run.Job.Time.GetUtcNow().ToUnixTimeMilliseconds() & 0x7fffffff));

    public string? Text(string key) => _run.Text(key);

    public int Count(string key, int fallback) => checked((int)_run.Whole(key, fallback));

    public bool Flag(string key, bool fallback) => _run.Map().Get(key) switch
    {
        "true" or "True" => true,
        "false" or "False" => false,
        long number => number != 0,
        _ => _run.Flag(key, fallback),
    };

    public TimeSpan Seconds(string key, double fallback) => _run.Seconds(key, TimeSpan.FromSeconds(fallback));

    public TimeSpan? Seconds(string key) => _run.Map().Get(key) is null ? null : _run.Seconds(key, TimeSpan.Zero);

    /// <summary>A number of any size.</summary>
    public double Number(string key, double fallback) => _run.Map().Get(key) switch
    {
        null => fallback,
        long whole => whole,
        double number => number,
        string text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw _run.Wrong($"'{key}' must be a number", key),
    };

    public bool Whole(string key) => _run.Map().Get(key) is long;

    public YamlMap? Map(string key) => _run.Map().Get(key) as YamlMap;

    public IReadOnlySet<string> Keys => _run.Map().Keys.OfType<string>().ToHashSet(StringComparer.Ordinal);
}
