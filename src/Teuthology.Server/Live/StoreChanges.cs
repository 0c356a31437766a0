using Teuthology.Results;
using Teuthology.Sql;

namespace Teuthology.Server;

/// <summary>
/// Hears of changes of the store for all who watch something of it: one waits, however many watch. PostgreSQL tells of them; of a SQLite file the number of its
/// changes is looked at, which costs microseconds. While nobody watches nobody waits.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Told when the store does not answer.</param>
internal sealed partial class StoreChanges(ResultsStore store, TimeProvider time, ILogger<StoreChanges> log)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly ChangeSignal _signal = new();
    private CancellationTokenSource? _stop;
    private int _users;
    private long _number;

    /// <summary>Done at the next change, and now and then without one; take it before looking, so that none is missed.</summary>
    public Task Next => _signal.Next;

    /// <summary>Another number after each of them.</summary>
    public long Number => Interlocked.Read(ref _number);

    /// <summary>From now on somebody watches; give it back by <see cref="Leave"/>.</summary>
    public void Join()
    {
        lock (_lock)
        {
            if (_users++ > 0)
                return;
            _stop = new CancellationTokenSource();
            var stop = _stop.Token;
            _ = Task.Run(() => FollowAsync(stop), stop);
        }
    }

    /// <summary>Watches no longer.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0)
                return;
            _stop!.Cancel();
            _stop.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "pages are told late of changes: {Reason}")]
    private static partial void LogDeaf(ILogger log, string reason);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var version = -1L;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                version = await store.WaitForChangeAsync(version, Longest, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogDeaf(log, failure.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }

            Interlocked.Increment(ref _number);
            _signal.Signal();
        }
    }
}
