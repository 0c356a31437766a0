using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Told of a job's steps while it runs; calls come in order, from one job at a time, and must not throw.</summary>
public interface IJobObserver
{
    /// <summary>The job's archive is open.</summary>
    /// <param name="job">The job.</param>
    /// <param name="archivePath">Its directory.</param>
    void Opened(JobSpec job, string archivePath)
    {
    }

    /// <summary>The job waits: for the image, for machines.</summary>
    /// <param name="job">The job.</param>
    /// <param name="what">In words.</param>
    void Waiting(JobSpec job, string what);

    /// <summary>The job has its machines.</summary>
    /// <param name="job">The job.</param>
    /// <param name="targets">The machines as the job's <c>targets</c>: <c>user@host</c> and the host's key.</param>
    void Locked(JobSpec job, YamlMap targets)
    {
    }

    /// <summary>A task is being entered or unwound.</summary>
    /// <param name="job">The job.</param>
    /// <param name="task">Task name as in the job, e.g. <c>ceph.restart</c>.</param>
    /// <param name="unwinding">False on enter, true on unwinding.</param>
    void TaskChanged(JobSpec job, string task, bool unwinding);

    /// <summary>The job ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="result">How.</param>
    void Ended(JobSpec job, JobResult result);
}
