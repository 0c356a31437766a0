using System.Diagnostics;

namespace Teuthology.Jobs;

/// <summary>The spans and measures of one job; costs a test for a listener each when there is none.</summary>
internal sealed class JobTrace
{
    private readonly Activity? _job;

    public JobTrace(JobSpec job, string owner)
    {
        JobTelemetry.ActiveJobs.Add(1);
        _job = JobTelemetry.Spans.StartActivity($"job {job.Description ?? job.JobId}");
        _job?.SetTag("test.case.name", job.Description ?? job.JobId)
            .SetTag("cicd.pipeline.run.id", job.RunName)
            .SetTag("cicd.pipeline.task.run.id", job.JobId)
            .SetTag("teuthology.job.owner", owner);
    }

    public void Begin(TaskStep step, bool unwinding)
    {
        if (_job is null)
            return;
        step.Span = JobTelemetry.Spans.StartActivity($"{(unwinding ? "unwind" : "task")} {step.Name}", ActivityKind.Internal, ContextAbove(step));
        step.Span?.SetTag("teuthology.task.name", step.Name)
            .SetTag("teuthology.task.id", step.Id)
            .SetTag("teuthology.task.path", step.Path)
            .SetTag("teuthology.task.phase", unwinding ? "unwind" : "enter")
            .SetTag("code.file.path", step.Mark?.File)
            .SetTag("code.line.number", step.Mark?.Line);
    }

    public static void End(TaskStep step, bool unwinding, TimeSpan took, Exception? error)
    {
        JobTelemetry.TaskDuration.Record(
            took.TotalSeconds,
            new("teuthology.task.name", step.Name),
            new("teuthology.task.phase", unwinding ? "unwind" : "enter"),
            new("error.type", error is null ? null : KindOf(error)));
        Fail(step.Span, error);
        step.Span?.Dispose();
    }

    /// <summary>A command that ended just now.</summary>
    public void Command(TaskStep? step, in CommandFacts command, DateTimeOffset end)
    {
        JobTelemetry.CommandDuration.Record(command.Seconds, new("server.address", command.Host), new("error.type", command.Error));
        JobTelemetry.CommandOutput.Add(command.StdoutBytes + command.StderrBytes, new KeyValuePair<string, object?>("server.address", command.Host));
        if (_job is null)
            return;
        using var span = JobTelemetry.Spans.StartActivity(
            $"{command.Host}> {command.Label ?? command.Program}",
            ActivityKind.Client,
            step?.Span?.Context ?? _job.Context,
            startTime: end - TimeSpan.FromSeconds(command.Seconds));
        if (span is null)
            return;
        span.SetTag("server.address", command.Host)
            .SetTag("process.command_line", command.Text)
            .SetTag("process.exit.code", command.ExitStatus)
            .SetTag("teuthology.command.label", command.Label)
            .SetTag("teuthology.command.stdout.bytes", command.StdoutBytes)
            .SetTag("teuthology.command.stderr.bytes", command.StderrBytes)
            .SetEndTime(end.UtcDateTime);
        if (command.Error is { } error)
            span.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error, command.Outcome);
    }

    public void End(JobResult result)
    {
        var status = Summary.TextOf(result.Status);
        JobTelemetry.ActiveJobs.Add(-1);
        JobTelemetry.JobDuration.Record(result.Duration.TotalSeconds, new KeyValuePair<string, object?>("test.case.result.status", status));
        _job?.SetTag("test.case.result.status", status);
        if (result.Status is JobStatus.Fail or JobStatus.Dead)
            Fail(_job, result.Error, result.FailureReason);
        _job?.Dispose();
    }

    /// <summary>What kind of error it is, for those who count.</summary>
    public static string KindOf(Exception error) => error is TeuthologyException known ? Name(known.Kind) : error.GetType().Name;

    private static string Name(FailureKind kind) => kind switch
    {
        FailureKind.Product => "product",
        FailureKind.Test => "test",
        FailureKind.Infrastructure => "infrastructure",
        FailureKind.Configuration => "configuration",
        FailureKind.ConnectionLost => "connection_lost",
        _ => "timeout",
    };

    private ActivityContext ContextAbove(TaskStep step) => step.Parent?.Span?.Context ?? _job!.Context;

    private static void Fail(Activity? span, Exception? error, string? reason = null)
    {
        if (span is null || (error ?? (object?)reason) is null)
            return;
        span.SetStatus(ActivityStatusCode.Error, reason ?? error!.Message);
        if (error is null)
            return;
        span.SetTag("error.type", KindOf(error));
        span.AddException(error);
    }
}
