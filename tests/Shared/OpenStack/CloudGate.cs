namespace Teuthology.Testing.OpenStack;

/// <summary>Stops the first call of a kind, so that a test can look at, or kill, the caller in that moment.</summary>
/// <param name="after">Whether the call is done before, and its answer waits.</param>
public sealed class CloudGate(bool after)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the call has come.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the call, and all after it, go on.</summary>
    public void Open() => _open.TrySetResult();

    internal bool After => after;

    internal async Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        await _open.Task.WaitAsync(cancellationToken);
    }
}
