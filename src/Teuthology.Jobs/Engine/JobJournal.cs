namespace Teuthology.Jobs;

/// <summary>Where a job's steps are noted: timing.yaml, events.jsonl, spans, the observer. This one keeps nothing.</summary>
internal class JobJournal
{
    private int _steps;

    /// <summary>Keeps nothing.</summary>
    public static JobJournal None { get; } = new();

    /// <summary>Numbers a task that is about to be entered and says where it stands.</summary>
    public TaskStep Number(TaskEntry entry, ITaskCatalog? catalog)
    {
        var parent = TaskStep.Current;
        var path = TaskStep.PathOf(entry, parent);
        var body = catalog is not null && catalog.TryFind(entry.Name, out var task) && task.Members == TaskMembers.Body ? ".body" : "";
        return new TaskStep
        {
            Id = Interlocked.Increment(ref _steps),
            Name = entry.Name,
            Parent = parent,
            Path = path,
            MembersPath = entry.IsBareList ? path : $"{path}.{entry.Name}{body}",
            Mark = entry.Mark,
        };
    }

    public virtual void TaskEntered(TaskStep step)
    {
    }

    public virtual void TaskEnded(TaskStep step, bool unwinding, TimeSpan took, Exception? error)
    {
    }

    public virtual void TaskUnwinding(TaskStep step)
    {
    }

    public virtual void Undone(TaskStep step, string what, TimeSpan took, Exception? error)
    {
    }

    public virtual void Failed(JobFailure failure)
    {
    }
}
