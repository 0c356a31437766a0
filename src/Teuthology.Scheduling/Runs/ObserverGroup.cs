using Teuthology.Jobs;

namespace Teuthology.Scheduling;

/// <summary>Tells several observers, and remembers whether a job's end was told.</summary>
internal sealed class ObserverGroup(IReadOnlyList<IJobObserver> observers) : IJobObserver
{
    /// <summary>The job's end, once it was told.</summary>
    public JobResult? Result { get; private set; }

    public void Waiting(JobSpec job, string what)
    {
        foreach (var observer in observers)
            observer.Waiting(job, what);
    }

    public void TaskChanged(JobSpec job, string task, bool unwinding)
    {
        foreach (var observer in observers)
            observer.TaskChanged(job, task, unwinding);
    }

    public void Ended(JobSpec job, JobResult result)
    {
        if (Result is not null)
            return;
        Result = result;
        foreach (var observer in observers)
            observer.Ended(job, result);
    }
}
