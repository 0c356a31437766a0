namespace Teuthology.Server;

/// <summary>Something that pages show and that changes: asked for its state once a second, by one for all who watch.</summary>
/// <param name="state">A text that is another one after every change that matters.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Told when the state cannot be had.</param>
internal sealed partial class ChangeTopic(Func<CancellationToken, Task<string>> state, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
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
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                Set(await state(cancellationToken));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogNoState(log, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
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
