using System.Text;
using System.Text.Json;

namespace Teuthology.Results;

/// <summary>The tasks of a job in time: from its events.jsonl, else from what teuthology.log says of tasks.</summary>
public sealed class JobTimeline
{
    private readonly List<TaskPhase> _phases = [];
    private readonly Dictionary<int, TaskPhase> _open = [];

    private JobTimeline()
    {
    }

    /// <summary>In the order of their starts.</summary>
    public IReadOnlyList<TaskPhase> Phases => _phases;

    /// <summary>When the job began, UTC; null when nothing tells.</summary>
    public DateTime? Start { get; private set; }

    /// <summary>When it ended, UTC; null while it goes on, and when it was cut off.</summary>
    public DateTime? End { get; private set; }

    /// <summary>The tasks of a job, whether it runs or is over.</summary>
    /// <param name="archive">The job's archive directory; one without events and log has no tasks.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static JobTimeline Read(string archive)
    {
        var (events, log) = (Path.Combine(archive, "events.jsonl"), Path.Combine(archive, "teuthology.log"));
        return File.Exists(events) ? OfEvents(events) : File.Exists(log) ? OfLog(log) : new JobTimeline();
    }

    internal static JobTimeline OfEvents(string path)
    {
        var timeline = new JobTimeline();
        using var lines = LogSource.Lines(new LogFile(path, "", "events"), growing: false);
        while (lines.Next())
        {
            // Commands are many and long; tasks are few.
            var line = lines.Line.Span;
            if (line.IndexOf("\"event\":\"command\""u8) >= 0 || lines.Cut)
                continue;
            timeline.Read(line);
        }

        return timeline;
    }

    /// <summary>For archives of upstream, which have no events.</summary>
    internal static JobTimeline OfLog(string path)
    {
        var timeline = new JobTimeline();
        var stack = new Stack<TaskPhase>();
        using var source = LogSource.Open(new LogFile(path, "", "teuthology"), year: 1970, growing: false);
        var running = "run_tasks:Running task "u8;
        var unwinding = "run_tasks:Unwinding manager "u8;
        TaskPhase? last = null;
        while (source?.Next() == true)
        {
            timeline.Start ??= source.Time;
            var text = source.Text.Span;
            if (last is not null && text.IndexOf("run_tasks:Saw exception from tasks"u8) >= 0)
                last.Error = "Saw exception from tasks";
            if (last is not null && text.IndexOf("run_tasks:Manager failed"u8) >= 0)
                last.Error = "Manager failed";
            var at = text.IndexOf(running);
            var enters = at >= 0;
            if (!enters && (at = text.IndexOf(unwinding)) < 0)
                continue;
            last?.End = source.Time;
            var name = Encoding.UTF8.GetString(text[(at + (enters ? running.Length : unwinding.Length))..]).TrimEnd('.');
            var entered = enters || stack.Count == 0 ? null : stack.Pop();
            last = new TaskPhase { Id = entered?.Id ?? timeline._phases.Count + 1, Task = name, Unwinding = !enters, Start = source.Time };
            if (enters)
                stack.Push(last);
            timeline._phases.Add(last);
            timeline.End = source.Time;
        }

        last?.End ??= source?.Time;
        return timeline;
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            Read(document.RootElement);
        }
        catch (JsonException)
        {
            // A full disk or a crash of the host may leave half a line.
        }
    }

    private void Read(JsonElement told)
    {
        if (Text(told, "event") is not { } name || Text(told, "time") is not { } text || !LineTime.TryRead(Encoding.UTF8.GetBytes(text), 1970, out var time, out _))
            return;
        Start ??= time;
        switch (name)
        {
            case "task.enter" or "task.exit":
                Begin(told, time, unwinding: name == "task.exit");
                break;
            case "task.entered" or "task.exited":
                if (Find(told) is { } ended)
                {
                    ended.End = time;
                    ended.Cancelled = Text(told, "error_kind")?.EndsWith("CanceledException", StringComparison.Ordinal) == true;
                    ended.Error = ended.Cancelled ? null : Text(told, "error");
                    _open.Remove(ended.Id);
                }

                break;
            case "job.failure" when Id(told) is { } id && _phases.FindLast(p => p.Id == id) is { } failed:
                failed.Error ??= Text(told, "reason");
                break;
            case "job.ended":
                End = time;
                break;
        }
    }

    private void Begin(JsonElement told, DateTime time, bool unwinding)
    {
        var task = Text(told, "task") ?? "?";
        var entered = unwinding ? Entered(told, task) : null;
        var phase = new TaskPhase
        {
            Id = Id(told) ?? entered?.Id ?? _phases.Count + 1,
            Task = task,
            Path = Text(told, "path") ?? entered?.Path,
            At = Text(told, "at") ?? entered?.At,
            Unwinding = unwinding,
            Start = time,
            Parent = told.TryGetProperty("parent", out var parent) && parent.TryGetInt32(out var id) ? _open.GetValueOrDefault(id) : null,
        };
        _phases.Add(phase);
        _open[phase.Id] = phase;
    }

    private TaskPhase? Entered(JsonElement told, string task) => Id(told) is { } id
        ? _phases.Find(p => p.Id == id)
        : _phases.FindLast(p => !p.Unwinding && p.Task == task && !_phases.Exists(u => u.Unwinding && u.Id == p.Id));

    private TaskPhase? Find(JsonElement told) => Id(told) is { } id
        ? _open.GetValueOrDefault(id)
        : _open.Values.LastOrDefault(p => p.Task == Text(told, "task"));

    private static int? Id(JsonElement told) => told.TryGetProperty("id", out var id) && id.TryGetInt32(out var number) ? number : null;

    private static string? Text(JsonElement told, string key) => told.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
