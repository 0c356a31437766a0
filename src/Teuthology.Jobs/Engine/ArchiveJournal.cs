namespace Teuthology.Jobs;

/// <summary>Notes a job's steps in its timing.yaml and events.jsonl and tells its observer.</summary>
internal sealed class ArchiveJournal(JobSpec job, JobArchive archive, IJobObserver? observer) : JobJournal
{
    private readonly Lock _gate = new();

    public override void TaskEntered(string task)
    {
        archive.Timing.Mark(task + " enter");
        archive.Events.Write("task.enter", ("task", task));
        Tell(o => o.TaskChanged(job, task, unwinding: false));
    }

    public override void TaskUnwinding(string task)
    {
        archive.Timing.Mark(task + " exit");
        archive.Events.Write("task.exit", ("task", task));
        Tell(o => o.TaskChanged(job, task, unwinding: true));
    }

    public override void TaskEnded(string task, bool unwinding, TimeSpan took, Exception? error) => archive.Events.Write(
        unwinding ? "task.exited" : "task.entered",
        ("task", task),
        ("duration", took.TotalSeconds),
        ("error", error?.Message));

    public void Waiting(string what)
    {
        archive.Events.Write("job.waiting", ("what", what));
        Tell(o => o.Waiting(job, what));
    }

    public void Ended(JobResult result)
    {
        archive.Events.Write("job.ended", ("status", Summary.TextOf(result.Status)), ("duration", result.Duration.TotalSeconds), ("failure_reason", result.FailureReason));
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
