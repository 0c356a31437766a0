using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Notes a job's steps in its timing.yaml, its events.jsonl and its spans, and tells its observer.</summary>
internal sealed class ArchiveJournal(JobSpec job, JobArchive archive, JobTrace trace, IJobObserver? observer, TimeProvider time) : JobJournal
{
    private readonly Lock _gate = new();

    public void Opened(string owner, int machines)
    {
        archive.Events.Write(
            "job.started",
            ("schema", 1),
            ("run", job.RunName),
            ("job_id", job.JobId),
            ("description", job.Description),
            ("owner", owner),
            ("pid", Environment.ProcessId),
            ("machines", machines));
        Tell(o => o.Opened(job, archive.Directory));
    }

    public override void TaskEntered(TaskStep step)
    {
        trace.Begin(step, unwinding: false);
        archive.Timing.Mark(step.Name + " enter");
        archive.Events.Write("task.enter", ("task", step.Name), ("id", step.Id), ("parent", step.Parent?.Id), ("path", step.Path), ("at", step.Mark));
        Tell(o => o.TaskChanged(job, step.Name, unwinding: false));
    }

    public override void TaskUnwinding(TaskStep step)
    {
        trace.Begin(step, unwinding: true);
        archive.Timing.Mark(step.Name + " exit");
        archive.Events.Write("task.exit", ("task", step.Name), ("id", step.Id), ("parent", step.Parent?.Id));
        Tell(o => o.TaskChanged(job, step.Name, unwinding: true));
    }

    public override void TaskEnded(TaskStep step, bool unwinding, TimeSpan took, Exception? error)
    {
        archive.Events.Write(
            unwinding ? "task.exited" : "task.entered",
            ("task", step.Name),
            ("id", step.Id),
            ("duration", took.TotalSeconds),
            ("error", error?.Message),
            ("error_kind", error is null ? null : JobTrace.KindOf(error)));
        JobTrace.End(step, unwinding, took, error);
    }

    public override void Undone(TaskStep step, string what, TimeSpan took, Exception? error) => archive.Events.Write(
        "task.undone",
        ("task", step.Name),
        ("id", step.Id),
        ("what", what),
        ("duration", took.TotalSeconds),
        ("error", error?.Message));

    public override void Failed(JobFailure failure) => archive.Events.Write(
        "job.failure",
        ("task", failure.Task),
        ("id", TaskStep.Current?.Id),
        ("unwinding", failure.Unwinding),
        ("reason", failure.Error.Message),
        ("kind", JobTrace.KindOf(failure.Error)));

    public void CommandEnded(CommandFacts command)
    {
        var step = TaskStep.Current;
        archive.Events.Write(
            "command",
            ("host", command.Host),
            ("command", command.Text),
            ("label", command.Label),
            ("duration", command.Seconds),
            ("status", command.Outcome),
            ("exit_status", command.ExitStatus),
            ("signal", command.Signal),
            ("stdout_bytes", command.StdoutBytes),
            ("stderr_bytes", command.StderrBytes),
            ("task", step?.Name),
            ("id", step?.Id));
        trace.Command(step, command, time.GetUtcNow());
    }

    public void Waiting(string what)
    {
        archive.Events.Write("job.waiting", ("what", what));
        Tell(o => o.Waiting(job, what));
    }

    public void Locked(IReadOnlyList<string> machines, YamlMap targets, TimeSpan waited)
    {
        JobTelemetry.MachineWait.Record(waited.TotalSeconds);
        archive.Events.Write("job.machines", ("hosts", machines), ("waited", waited.TotalSeconds));
        Tell(o => o.Locked(job, targets));
    }

    public void Unwinding(string? reason) => archive.Events.Write("job.unwinding", ("reason", reason));

    public void Ended(JobResult result)
    {
        archive.Events.Write("job.ended", ("status", Summary.TextOf(result.Status)), ("duration", result.Duration.TotalSeconds), ("failure_reason", result.FailureReason));
        trace.End(result);
        Tell(o => o.Ended(job, result));
    }

    // Parallel tasks step at the same time; an observer is told one thing after the other.
    private void Tell(Action<IJobObserver> what)
    {
        if (observer is null)
            return;
        lock (_gate)
            archive.Trouble.Guard(() => what(observer));
    }
}
