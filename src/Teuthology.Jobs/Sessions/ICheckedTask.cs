namespace Teuthology.Jobs;

/// <summary>A task that can tell what is wrong with its configuration before any machine is locked.</summary>
public interface ICheckedTask : IJobTask
{
    /// <summary>
    /// Checks the configuration. The job is on paper: <see cref="TaskRun.Config"/>, <see cref="TaskRun.Wrong"/>, the job's configuration and its machines
    /// with their roles are there, but the machines are not connected to and there is no archive.
    /// </summary>
    /// <param name="run">The task in the job on paper; nothing may be deferred.</param>
    /// <exception cref="ConfigurationException">What is wrong, with its place.</exception>
    void Check(TaskRun run);
}
