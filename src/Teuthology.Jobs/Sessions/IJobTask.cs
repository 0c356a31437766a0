namespace Teuthology.Jobs;

/// <summary>
/// A task of a job, found by the name in its <see cref="TaskAttribute"/>. An instance serves one use of the task.
/// </summary>
public interface IJobTask
{
    /// <summary>
    /// Does the task's work. What must be undone is handed to <see cref="TaskRun.Defer"/> as soon as it was done: it runs in reverse
    /// order when the job unwinds, or at once when this method throws.
    /// </summary>
    /// <param name="run">The job, this task's configuration, its log.</param>
    /// <param name="cancellationToken">Cancelled on Ctrl-C, a lost lease, a job time limit.</param>
    Task RunAsync(TaskRun run, CancellationToken cancellationToken);
}
