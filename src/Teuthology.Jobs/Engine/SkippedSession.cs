namespace Teuthology.Jobs;

/// <summary>A job that the lab cannot serve: nothing was opened or locked.</summary>
internal sealed class SkippedSession(JobSpec job, string reason, IJobObserver? observer) : IJobSession
{
    private int _told;

    public JobSpec Job => job;

    public string? SkipReason => reason;

    public string? ArchivePath => null;

    public Task RunAsync(CancellationToken cancellationToken) => throw new JobSkippedException(reason);

    public Task<JobResult> UnwindAsync()
    {
        var result = new JobResult(JobStatus.Skip, reason, TimeSpan.Zero, ArchivePath: null, Error: null);
        if (Interlocked.Exchange(ref _told, 1) == 0)
            observer?.Ended(job, result);
        return Task.FromResult(result);
    }

    public async ValueTask DisposeAsync() => await UnwindAsync();
}
