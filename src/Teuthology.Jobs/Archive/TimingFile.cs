using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>A job's timing.yaml in upstream's form; rewritten after each mark.</summary>
internal sealed class TimingFile(string path, ArchiveTrouble trouble, TimeProvider time)
{
    private const string Format = "yyyy-MM-dd_HH:mm:ss";
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _startTicks = time.GetTimestamp();
    private readonly YamlList _marks = [];

    public void Mark(string message)
    {
        lock (_gate)
        {
            _marks.Add(new YamlMap { ["interval"] = Elapsed(), ["message"] = message });
            trouble.Guard(() => AtomicFile.Write(path, YamlDumper.Dump(Content()), durable: false));
        }
    }

    private YamlMap Content() => new()
    {
        ["start"] = _start.ToString(Format, CultureInfo.InvariantCulture),
        ["end"] = time.GetUtcNow().ToString(Format, CultureInfo.InvariantCulture),
        ["elapsed"] = Elapsed(),
        ["marks"] = _marks,
    };

    private double Elapsed() => Math.Round(time.GetElapsedTime(_startTicks).TotalSeconds, 3);
}
