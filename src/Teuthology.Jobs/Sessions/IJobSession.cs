namespace Teuthology.Jobs;

/// <summary>A job that holds its machines.</summary>
public interface IJobSession : IAsyncDisposable
{
    /// <summary>The job.</summary>
    JobSpec Job { get; }

    /// <summary>Why the job cannot run here and what to do about it; null when it can.</summary>
    string? SkipReason { get; }

    /// <summary>The job's archive directory; null when skipped.</summary>
    string? ArchivePath { get; }

    /// <summary>Enters the tasks in order; the first failure is recorded and thrown. Tasks stay entered until unwound.</summary>
    /// <param name="cancellationToken">Cancels: the running command's process group is killed, and the failure is recorded as dead.</param>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Unwinds the tasks in reverse, writes the summary, gives the machines back. Does its work once; later calls give the same result.</summary>
    Task<JobResult> UnwindAsync();
}
