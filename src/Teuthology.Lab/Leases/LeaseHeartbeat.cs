using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>Renews a lease until it is stopped, and tells when the lease is lost.</summary>
internal sealed partial class LeaseHeartbeat : IAsyncDisposable
{
    private readonly LeaseStore _store;
    private readonly Lease _lease;
    private readonly TimeSpan _duration;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    public LeaseHeartbeat(LeaseStore store, Lease lease, TimeSpan duration, ILogger log)
    {
        (_store, _lease, _duration, _log) = (store, lease, duration, log);
        Lost = _lost.Token;
        _beating = BeatAsync(_stop.Token);
    }

    public CancellationToken Lost { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        var end = _lease.ExpiresAt;
        while (true)
        {
            await Task.Delay(_duration / 5, _store.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            try
            {
                var until = _store.Time.GetUtcNow() + _duration;
                if (!await _store.RenewAsync(_lease, _duration, CancellationToken.None))
                    break;
                end = until;
            }
            catch (TeuthologyException e)
            {
                // A store that does not answer is no loss yet: nobody else can take the machines before the end.
                LogMissed(e, _lease.Fence);
                if (_store.Time.GetUtcNow() >= end)
                    break;
            }
        }

        LogLost(_lease.Fence, string.Join(", ", _lease.Nodes));
        await _lost.CancelAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lease {Fence} could not be renewed now")]
    private partial void LogMissed(Exception exception, long fence);

    [LoggerMessage(Level = LogLevel.Error, Message = "Lease {Fence} on {Nodes} is lost: it expired or was broken")]
    private partial void LogLost(long fence, string nodes);
}
