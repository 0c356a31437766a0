using System.Globalization;
using Teuthology.Results;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>Lines for people: time, machine, who speaks, what; tasks as headings.</summary>
internal sealed class LogText(TextWriter output, bool colours, JobLogs logs, TimeProvider time) : ILogOutput
{
    private const int SourceWidth = 14;
    private readonly int _hostWidth = Math.Max(2, logs.Hosts.Select(h => h.Length).DefaultIfEmpty(0).Max());
    private YamlMap? _summary;

    public void Head()
    {
        _summary = Load("summary.yaml");
        var info = Load("info.yaml");
        var status = _summary is null ? "running" : Text("status") ?? "unknown";
        var seconds = _summary?.Get("duration") is { } duration ? $" after {Seconds(Convert.ToDouble(duration, CultureInfo.InvariantCulture))}" : "";
        Write(status is "fail" or "dead" ? "1;31" : status == "pass" ? "1;32" : "1;33", $"{status.ToUpperInvariant()}{seconds}  {Text("description") ?? info?.Get("description") ?? info?.Get("name") ?? "-"}");
        output.WriteLine($"{logs.Archive}, started {logs.Timeline.Start:yyyy-MM-dd HH:mm:ss} UTC");
        if (info?.Get("cluster") is YamlMap cluster)
        {
            foreach (var host in cluster.Keys)
                output.WriteLine($"{host}: {string.Join(' ', Roles(cluster.Get(host)))}");
        }

        WriteReason();
        output.WriteLine();
    }

    public void Open(TaskPhase phase, int depth)
    {
        var took = phase.End is { } end ? Seconds((end - phase.Start).TotalSeconds) : _summary is null ? $"running for {Seconds((time.GetUtcNow().UtcDateTime - phase.Start).TotalSeconds)}" : "cut off";
        var where = string.Join(", ", new[] { phase.Path, phase.At }.Where(p => p is not null));
        Write(phase.Error is null ? "1" : "1;31", $"{Clock(phase.Start)} {Indent(depth)}▾ {Verb(phase)}{phase.Task}  {(phase.Error is null ? "" : "FAILED ")}{took}{(where.Length == 0 ? "" : $"  ({where})")}");
    }

    public void Folded(IReadOnlyList<TaskPhase> phases, long lines, long errors, int depth)
    {
        var took = phases.Sum(p => (p.End!.Value - p.Start).TotalSeconds);
        var name = phases.Count == 1 ? phases[0].Task : $"{phases.Count} tasks of the framework";
        Write("2", $"{Clock(phases[0].Start)} {Indent(depth)}▸ {$"{Verb(phases[0])}{name}",-36} {(phases[0].Cancelled ? "--" : "ok")}  {Seconds(took),9}  {lines,6} lines{(errors > 0 ? $", {errors} of errors" : "")}");
    }

    public void Line(DateTime time, LogSeverity severity, LogLine line, TaskPhase? task, int depth)
    {
        var colour = severity.Name switch { "error" => "31", "warning" => "33", "debug" => "2", _ => "" };
        var source = line.Source.Length <= SourceWidth ? line.Source.PadRight(SourceWidth) : line.Source;
        Write(colour, $"{Clock(time)} {Indent(depth)}{line.Host.PadRight(_hostWidth)} {source} {line.Text}");
    }

    public void Gap() => output.WriteLine("--");

    public void Untimed(LogFile file) => Write("2", $"without times: {Path.GetRelativePath(logs.Archive, file.Path)} ({file.Length} bytes)");

    public void UntimedLine(LogFile file, string text) => output.WriteLine($"{"",12} {file.Host.PadRight(_hostWidth)} {file.Name} {text}");

    public void Tail()
    {
        _summary = Load("summary.yaml");
        if (Text("failure_reason") is null)
            return;
        output.WriteLine();
        WriteReason();
    }

    private static IEnumerable<string> Roles(object? roles) => roles switch
    {
        YamlMap map => Roles(map.Get("roles")),
        YamlList list => list.Select(role => role?.ToString() ?? ""),
        _ => [],
    };

    private static string Clock(DateTime time) => time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Indent(int depth) => new(' ', Math.Max(0, depth) * 2);

    private static string Verb(TaskPhase phase) => phase.Unwinding ? "unwind " : "";

    private static string Seconds(double seconds) => seconds < 60
        ? seconds.ToString("0.0##", CultureInfo.InvariantCulture) + " s"
        : string.Create(CultureInfo.InvariantCulture, $"{(long)seconds / 60} min {seconds % 60:0} s");

    private string? Text(string key) => _summary?.Get(key)?.ToString();

    private void WriteReason()
    {
        if (_summary?.Get("failures") is YamlList failures)
        {
            foreach (var failure in failures.OfType<YamlMap>())
                WriteFailure($"{(failure.Get("unwinding") is true ? "unwinding " : "")}{failure.Get("task") ?? "the job"}", failure.Get("reason")?.ToString() ?? "");
        }
        else if (Text("failure_reason") is { } reason)
        {
            WriteFailure(logs.Timeline.Phases.LastOrDefault(p => p.Error is not null) is { } failed ? Verb(failed) + failed.Task : "reason", reason);
        }
    }

    private void WriteFailure(string where, string reason) => Write("31", $"{where}: {reason.TrimEnd().ReplaceLineEndings("\n    ")}");

    private YamlMap? Load(string name)
    {
        var file = Path.Combine(logs.Archive, name);
        try
        {
            return File.Exists(file) ? YamlLoader.LoadFile(file) as YamlMap : null;
        }
        catch (ConfigurationException)
        {
            return null; // an archive that was cut off is still worth a look
        }
    }

    private void Write(string colour, string text) => output.WriteLine(colours && colour.Length > 0 ? $"\e[{colour}m{text}\e[0m" : text);
}
