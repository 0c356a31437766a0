namespace Teuthology.Jobs;

/// <summary>Where a job's steps are noted: timing.yaml, events.jsonl, the observer.</summary>
internal abstract class JobJournal
{
    /// <summary>Keeps nothing.</summary>
    public static JobJournal None { get; } = new Silent();

    public abstract void TaskEntered(string task);

    public abstract void TaskEnded(string task, bool unwinding, TimeSpan took, Exception? error);

    public abstract void TaskUnwinding(string task);

    private sealed class Silent : JobJournal
    {
        public override void TaskEntered(string task)
        {
        }

        public override void TaskEnded(string task, bool unwinding, TimeSpan took, Exception? error)
        {
        }

        public override void TaskUnwinding(string task)
        {
        }
    }
}
