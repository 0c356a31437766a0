namespace Teuthology.Jobs;

/// <summary>What stops a job from outside its tasks: Ctrl-C, a lost lease, the time limit. The first reason stays.</summary>
internal sealed class JobInterruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private string? _reason;

    public CancellationToken Token => _source.Token;

    public string? Reason => Volatile.Read(ref _reason);

    public void Interrupt(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _source.Cancel();
    }

    public void Dispose() => _source.Dispose();
}
