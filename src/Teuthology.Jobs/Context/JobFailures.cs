using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// Everything that went wrong in a job, in order of time. The first one gives the reason; the worst one the status (upstream's rules:
/// a lost connection or a failing lab makes the job dead, and dead stays).
/// </summary>
/// <param name="job">The job.</param>
public sealed class JobFailures(JobContext job)
{
    private readonly Lock _gate = new();
    private readonly List<JobFailure> _all = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<JobFailure> All
    {
        get
        {
            lock (_gate)
                return [.. _all];
        }
    }

    /// <summary>The first one's error; null when all is well.</summary>
    public Exception? First
    {
        get
        {
            lock (_gate)
                return _all.Count == 0 ? null : _all[0].Error;
        }
    }

    /// <summary>Why a task found that the job cannot run here; null when none did.</summary>
    public string? SkipReason { get; private set; }

    /// <summary>The text of the first failure, or why the job was skipped; null when all is well.</summary>
    public string? Reason => First?.Message ?? SkipReason;

    /// <summary>pass, fail, dead or skip, as things stand.</summary>
    public JobStatus Status
    {
        get
        {
            lock (_gate)
            {
                if (_all.Count == 0)
                    return SkipReason is null ? JobStatus.Pass : JobStatus.Skip;
                return _all.Exists(f => IsDead(f.Error)) ? JobStatus.Dead : JobStatus.Fail;
            }
        }
    }

    /// <summary>Fails the job without ending the task: a finding such as a core dump.</summary>
    /// <param name="task">The task that found it.</param>
    /// <param name="reason">What was found.</param>
    public void Add(string task, string reason) => Add(task, unwinding: false, new TeuthologyException(FailureKind.Product, reason));

    /// <summary>Notes an error once.</summary>
    /// <param name="task">Where; null for the job itself.</param>
    /// <param name="unwinding">Whether while unwinding.</param>
    /// <param name="error">The error.</param>
    /// <returns>The error that counts: an interrupted job's cancellation becomes the reason of the interruption.</returns>
    internal Exception Add(string? task, bool unwinding, Exception error)
    {
        lock (_gate)
        {
            if (_all.Find(f => ReferenceEquals(f.Error, error) || ReferenceEquals(f.Error.InnerException, error)) is { } known)
                return known.Error;

            if (error is JobSkippedException && !unwinding)
            {
                SkipReason ??= error.Message;
                return error;
            }

            if (!unwinding && error is OperationCanceledException && job.Interruption.Reason is { } reason)
                error = new TeuthologyException(job.Interruption.Kind, task is null ? reason : $"{reason} (in task {task})", error);

            Note(new JobFailure(task, unwinding, error));
            if (error.Data[InParallel.OtherFailures] is IEnumerable<Exception> others)
            {
                foreach (var other in others)
                    Note(new JobFailure(task, unwinding, other));
            }

            return error;
        }
    }

    private void Note(JobFailure failure)
    {
        _all.Add(failure);
        job.Journal.Failed(failure);
    }

    private static bool IsDead(Exception error) =>
        error is TeuthologyException { Kind: FailureKind.Infrastructure or FailureKind.ConnectionLost };
}
