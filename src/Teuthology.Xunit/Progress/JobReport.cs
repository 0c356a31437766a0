using System.Globalization;
using System.Text;
using Teuthology.Jobs;
using Teuthology.TestLogger;
using Xunit;

namespace Teuthology.Xunit;

/// <summary>Tells of one job: short lines to the console while it runs, the whole story in the test's output.</summary>
/// <param name="console">The user's console.</param>
/// <param name="time">The clock.</param>
/// <param name="number">Number of the job in the run, from 1.</param>
/// <param name="count">Number of jobs.</param>
/// <param name="description">The job's description.</param>
internal sealed class JobReport(ProgressChannel console, TimeProvider time, int number, int count, string description) : IJobObserver
{
    private const string Wait = "waiting "; // the line's sign says it already
    private readonly Lock _gate = new();
    private readonly StringBuilder _story = new();
    private readonly long _start = time.GetTimestamp();

    /// <summary>How the engine says the job ended, once it did; also of a job that never got its machines.</summary>
    public JobResult? Result { get; private set; }

    /// <summary>The test's output: <c>archive: PATH</c>, the steps with seconds since the start, the log's last lines after a failure.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
                return (Result?.ArchivePath is { } archive ? $"{ProgressLink.ArchivePrefix}{archive}\n" : "") + _story;
        }
    }

    /// <summary>The job is about to ask for its machines.</summary>
    public void Starting() => Tell(ProgressKind.Start, description, story: null);

    /// <inheritdoc/>
    public void Waiting(JobSpec job, string what) => Tell(ProgressKind.Waiting, what.StartsWith(Wait, StringComparison.Ordinal) ? what[Wait.Length..] : what, $"wait: {what}");

    /// <inheritdoc/>
    public void TaskChanged(JobSpec job, string task, bool unwinding)
    {
        var step = unwinding ? $"unwind {task}" : $"task {task}";
        if (FrameworkTasks.Contains(task))
            Note(step); // every job has a dozen of them, done in no time
        else
            Tell(unwinding ? ProgressKind.Unwind : ProgressKind.Task, task, step);
    }

    void IJobObserver.Ended(JobSpec job, JobResult result) => Result = result;

    /// <summary>The job's last line.</summary>
    /// <param name="result">How it ended, null when it never began.</param>
    /// <param name="verdict">The failure to tell, null when the test passed.</param>
    public void Ended(JobResult? result, Exception? verdict)
    {
        Result ??= result;
        var (kind, word) = verdict switch
        {
            null => (ProgressKind.Passed, "passed"),
            SkipException => (ProgressKind.Skipped, "skipped"),
            _ => (ProgressKind.Failed, result?.Status == JobStatus.Dead ? "dead" : "failed"),
        };
        var reason = verdict is null ? "" : $": {(word == "dead" ? "dead: " : "")}{FirstLine(verdict.Message)}";
        var archive = result?.ArchivePath is { } path && verdict is not SkipException ? $", archive {path}" : "";
        Tell(kind, $"{description} ({Span(result?.Duration ?? time.GetElapsedTime(_start))}{archive}){reason}", $"{word}{reason}");
        if (kind == ProgressKind.Failed && result?.ArchivePath is { } home)
            Append(LogTail.Read(Path.Combine(home, "teuthology.log")));
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? text[..end] : text;

    private static string Span(TimeSpan span) => span.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMinutes} min {span.Seconds} s");

    private void Tell(ProgressKind kind, string text, string? story)
    {
        var width = count.ToString(CultureInfo.InvariantCulture).Length;
        console.Write(kind, $"[{number.ToString(CultureInfo.InvariantCulture).PadLeft(width)}/{count}] {text}");
        if (story is not null)
            Note(story);
    }

    private void Note(string step) => Append(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_start).TotalSeconds,7:0.0} s  {step}\n"));

    private void Append(string text)
    {
        lock (_gate)
            _story.Append(text);
    }
}
