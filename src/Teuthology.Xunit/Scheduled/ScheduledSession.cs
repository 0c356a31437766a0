using Teuthology.Jobs;
using Teuthology.Results;

namespace Teuthology.Xunit;

/// <summary>A job in a queue, or in a worker's hands.</summary>
internal sealed class ScheduledSession : IJobSession
{
    private readonly ScheduledRun _run;
    private readonly ScheduledJob _scheduled;
    private readonly IJobObserver? _observer;
    private JobResult? _result;

    public ScheduledSession(ScheduledRun run, ScheduledJob scheduled, JobSpec job, IJobObserver? observer)
    {
        (_run, _scheduled, Job, _observer) = (run, scheduled, job, observer);
        Tell(scheduled.Known);
        scheduled.Changed = Tell;
    }

    /// <inheritdoc/>
    public JobSpec Job { get; }

    /// <inheritdoc/>
    public string? SkipReason => null;

    /// <inheritdoc/>
    public string? ArchivePath => _scheduled.Known?.ArchivePath;

    private string Name => $"{_scheduled.RunName}/{_scheduled.JobId}";

    /// <summary>Waits for the job's end.</summary>
    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            _result = ResultOf(await _scheduled.Ended.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _run.TakeBackAsync();
            var isBegun = _scheduled.Known is { Status: not JobState.Queued };
            var reason = isBegun ? $"The test run was stopped; the worker that has {Name} was told to end it." : $"The test run was stopped; {Name} was taken back from the queue.";
            _result = new JobResult(JobStatus.Dead, reason, TimeSpan.Zero, ArchivePath, new TeuthologyException(FailureKind.Infrastructure, reason));
        }
        catch (TeuthologyException lost)
        {
            _result = new JobResult(JobStatus.Dead, lost.Message, TimeSpan.Zero, ArchivePath, lost);
        }

        _observer?.Ended(Job, _result);
        if (_result.Error is { } failure)
            throw failure;
    }

    /// <summary>There is nothing here to unwind.</summary>
    public Task<JobResult> UnwindAsync() =>
        Task.FromResult(_result ??= new JobResult(JobStatus.Dead, $"Nobody waited for {Name}.", TimeSpan.Zero, ArchivePath, null));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _scheduled.Changed = null;
        return ValueTask.CompletedTask;
    }

    private static JobResult ResultOf(JobRecord job)
    {
        var status = job.Status switch
        {
            JobState.Pass => JobStatus.Pass,
            JobState.Fail => JobStatus.Fail,
            JobState.Dead => JobStatus.Dead,
            _ => JobStatus.Skip, // over the wire a skipped job is one of unknown state
        };
        var reason = status == JobStatus.Pass ? null : job.FailureReason ?? (status == JobStatus.Skip ? "the job was skipped" : "the job died without a word");
        var error = status is JobStatus.Fail or JobStatus.Dead ? new TeuthologyException(status == JobStatus.Fail ? FailureKind.Test : FailureKind.Infrastructure, reason!) : null;
        return new JobResult(status, reason, TimeSpan.FromSeconds(job.Duration ?? 0), Directory.Exists(job.ArchivePath) ? job.ArchivePath : null, error);
    }

    private void Tell(JobRecord? job)
    {
        if (job is null or { Status: JobState.Queued })
            _observer?.Waiting(Job, $"in the queue, as {Name}");
        else if (job.Status == JobState.Waiting)
            _observer?.Waiting(Job, "for machines, at a worker");
        else if (job.Status == JobState.Running)
            _observer?.TaskChanged(Job, $"run by a worker, archive {job.ArchivePath}", unwinding: false);
    }
}
