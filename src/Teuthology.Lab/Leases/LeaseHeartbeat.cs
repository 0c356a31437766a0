using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>Renews a lease until it is stopped, and tells when the lease is lost.</summary>
internal sealed partial class LeaseHeartbeat : IAsyncDisposable
{
    // A host that was stopped for longer than the lease still asks once: nobody may have wanted the machines.
    private static readonly TimeSpan Briefest = TimeSpan.FromSeconds(5);

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

    // Measured by the monotonic clock, from before each question: the store counts from when it answers, so this end is never the later one.
    private async Task BeatAsync(CancellationToken stop)
    {
        // The answer to the claim may have been long on its way.
        var old = _duration - (_lease.ExpiresAt - _store.Time.GetUtcNow());
        var heard = _store.Time.GetTimestamp() - (old > TimeSpan.Zero ? (long)(old.TotalSeconds * _store.Time.TimestampFrequency) : 0);
        while (true)
        {
            await Task.Delay(_duration / 5, _store.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            var asked = _store.Time.GetTimestamp();
            var left = _duration - _store.Time.GetElapsedTime(heard, asked);
            try
            {
                using var limit = new CancellationTokenSource(left > Briefest ? left : Briefest, _store.Time);
                if (!await _store.RenewAsync(_lease, _duration, limit.Token))
                    break;
                heard = asked;
            }
            catch (Exception e) when (e is TeuthologyException or OperationCanceledException)
            {
                // A store that does not answer is no loss yet: nobody else can take the machines before the end.
                LogMissed(e, _lease.Fence);
                if (_store.Time.GetElapsedTime(heard) >= _duration)
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
