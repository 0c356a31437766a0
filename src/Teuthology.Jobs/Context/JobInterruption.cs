namespace Teuthology.Jobs;

/// <summary>What stops a job from outside its tasks: Ctrl-C, a lost lease, the time limit. The first reason stays.</summary>
internal sealed class JobInterruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private Cause? _cause;

    public CancellationToken Token => _source.Token;

    public string? Reason => Volatile.Read(ref _cause)?.Reason;

    /// <summary>What the reason makes of the job: dead, or failed.</summary>
    public FailureKind Kind => Volatile.Read(ref _cause)?.Kind ?? FailureKind.Infrastructure;

    public void Interrupt(string reason, FailureKind kind = FailureKind.Infrastructure)
    {
        if (Interlocked.CompareExchange(ref _cause, new Cause(reason, kind), null) is null)
            _source.Cancel();
    }

    public void Dispose() => _source.Dispose();

    private sealed record Cause(string Reason, FailureKind Kind);
}
