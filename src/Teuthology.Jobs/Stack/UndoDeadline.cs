namespace Teuthology.Jobs;

/// <summary>The deadline of a step of unwinding. One that may take longer than others is held to their limit from the moment on that the job is interrupted: whoever presses
/// Ctrl-C does not wait for a load of an hour.</summary>
internal sealed class UndoDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _interrupted;

    public UndoDeadline(JobContext job, TimeSpan? limit)
    {
        var usual = job.Options.UnwindTimeout;
        Limit = limit ?? usual;
        _source = new CancellationTokenSource(Limit, job.Time);
        if (Limit == Timeout.InfiniteTimeSpan || Limit > usual)
        {
            _interrupted = job.Interruption.Token.UnsafeRegister(
                _ =>
                {
                    Limit = usual;
                    _source.CancelAfter(usual);
                },
                null);
        }
    }

    /// <summary>Most time that the step may take.</summary>
    public TimeSpan Limit { get; private set; }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupted.Dispose();
        _source.Dispose();
    }
}
