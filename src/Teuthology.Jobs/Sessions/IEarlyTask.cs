namespace Teuthology.Jobs;

/// <summary>A task that gets something ready on the controller while the job's machines are being connected to.</summary>
public interface IEarlyTask : IJobTask
{
    /// <summary>
    /// Begins that, for a task at the top of the job, and returns without waiting for it. The machines are locked and not yet connected to. What goes wrong is
    /// the task's to tell when its turn comes: nothing is thrown here.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="name">The task's name in it.</param>
    void Begin(JobContext job, string name);
}
