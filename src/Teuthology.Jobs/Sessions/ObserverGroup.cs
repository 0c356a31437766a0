using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Tells several observers of one job, and tells its end only once.</summary>
/// <param name="observers">Told in this order.</param>
public sealed class ObserverGroup(IReadOnlyList<IJobObserver> observers) : IJobObserver
{
    /// <summary>The job's end, once it was told.</summary>
    public JobResult? Result { get; private set; }

    /// <inheritdoc/>
    public void Opened(JobSpec job, string archivePath)
    {
        foreach (var observer in observers)
            observer.Opened(job, archivePath);
    }

    /// <inheritdoc/>
    public void Waiting(JobSpec job, string what)
    {
        foreach (var observer in observers)
            observer.Waiting(job, what);
    }

    /// <inheritdoc/>
    public void Locked(JobSpec job, YamlMap targets)
    {
        foreach (var observer in observers)
            observer.Locked(job, targets);
    }

    /// <inheritdoc/>
    public void TaskChanged(JobSpec job, string task, bool unwinding)
    {
        foreach (var observer in observers)
            observer.TaskChanged(job, task, unwinding);
    }

    /// <inheritdoc/>
    public void Ended(JobSpec job, JobResult result)
    {
        if (Result is not null)
            return;
        Result = result;
        foreach (var observer in observers)
            observer.Ended(job, result);
    }
}
