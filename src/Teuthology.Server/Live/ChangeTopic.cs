namespace Teuthology.Server;

/// <summary>Something that pages show and that changes: asked for its state by one for all who watch, after changes of the store and once a second at most.</summary>
/// <param name="state">A text that is another one after every change that matters.</param>
/// <param name="changes">Tells when to ask.</param>
/// <param name="longest">When to ask without having been told, for what is not in the store.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Told when the state cannot be had.</param>
internal sealed partial class ChangeTopic(Func<CancellationToken, Task<string>> state, StoreChanges changes, TimeSpan longest, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private string? _state;

    /// <summary>How many watch.</summary>
    public int Watchers { get; set; }

    /// <summary>Ends when the state is another one than the caller's, or after a while.</summary>
    /// <param name="known">The state that the caller knows; null for none.</param>
    /// <param name="longest">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The state now; null while it could not be had.</returns>
    public async Task<string?> WaitAsync(string? known, TimeSpan longest, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_lock)
        {
            if (_state is not null && _state != known)
                return _state;
            changed = _changed.Task;
        }

        try
        {
            await changed.WaitAsync(longest, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return known;
        }

        lock (_lock)
            return _state;
    }

    /// <summary>Asks until it is stopped.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = changes.Next;
            try
            {
                Set(await state(cancellationToken));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogNoState(log, failure.Message);
            }

            await Task.Delay(Shortest, time, cancellationToken);
            if (longest <= Shortest)
                continue;
            using var told = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(next, Task.Delay(longest, time, told.Token));
            await told.CancelAsync();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "pages are not told of changes: {Reason}")]
    private static partial void LogNoState(ILogger log, string reason);

    private void Set(string now)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_state == now)
                return;
            _state = now;
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }
}
