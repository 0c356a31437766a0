using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>A job's timing.yaml in upstream's form; rewritten after each mark.</summary>
internal sealed class TimingFile(string path, ArchiveTrouble trouble, TimeProvider time)
{
    private const string Format = "yyyy-MM-dd_HH:mm:ss";
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _startTicks = time.GetTimestamp();

    // As YAML: a job of many tasks has many marks, and each of them would be dumped again with every later one.
    private readonly StringBuilder _marks = new();

    public void Mark(string message)
    {
        lock (_gate)
        {
            _marks.Append(YamlDumper.Dump(new YamlList { new YamlMap { ["interval"] = Elapsed(), ["message"] = message } }));
            trouble.Guard(() => AtomicFile.Write(path, Content(), durable: false));
        }
    }

    private string Content()
    {
        var before = YamlDumper.Dump(new YamlMap { ["elapsed"] = Elapsed(), ["end"] = time.GetUtcNow().ToString(Format, CultureInfo.InvariantCulture) });
        var after = YamlDumper.Dump(new YamlMap { ["start"] = _start.ToString(Format, CultureInfo.InvariantCulture) });
        return $"{before}marks:\n{_marks}{after}";
    }

    private double Elapsed() => Math.Round(time.GetElapsedTime(_startTicks).TotalSeconds, 3);
}
