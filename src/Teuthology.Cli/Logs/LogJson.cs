using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Lines for programs: one JSON object each, headings and folds too.</summary>
internal sealed class LogJson(TextWriter output, JobLogs logs) : ILogOutput
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Head() => Write(new JsonObject { ["kind"] = "job", ["archive"] = logs.Archive });

    public void Open(TaskPhase phase, int depth) => Write(Describe("task", phase));

    public void Folded(IReadOnlyList<TaskPhase> phases, long lines, long errors, int depth)
    {
        foreach (var phase in phases)
            Write(Describe("folded", phase));
    }

    public void Line(DateTime time, LogSeverity severity, LogLine line, TaskPhase? task, int depth) => Write(new JsonObject
    {
        ["kind"] = "line",
        ["time"] = Time(time),
        ["host"] = line.Host,
        ["source"] = line.Source,
        ["level"] = severity.Name,
        ["task"] = task?.Task,
        ["text"] = line.Text,
    });

    public void Gap()
    {
    }

    public void Untimed(LogFile file) => Write(new JsonObject { ["kind"] = "file", ["host"] = file.Host, ["source"] = file.Name, ["path"] = file.Path, ["bytes"] = file.Length });

    public void UntimedLine(LogFile file, string text) => Write(new JsonObject { ["kind"] = "line", ["host"] = file.Host, ["source"] = file.Name, ["text"] = text });

    public void Tail()
    {
    }

    private static JsonObject Describe(string kind, TaskPhase phase) => new()
    {
        ["kind"] = kind,
        ["time"] = Time(phase.Start),
        ["task"] = phase.Task,
        ["path"] = phase.Path,
        ["phase"] = phase.Unwinding ? "unwind" : "enter",
        ["seconds"] = phase.End is { } end ? Math.Round((end - phase.Start).TotalSeconds, 3) : null,
        ["error"] = phase.Error,
    };

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    private void Write(JsonObject told) => output.WriteLine(told.ToJsonString(Readable));
}
