namespace Teuthology.Scheduling;

/// <summary>Keeps a job in the hands of the process that runs it: renews the claim until the job is finished, and tells when it is lost.</summary>
public sealed class ClaimKeeper : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly IJobQueue _queue;
    private readonly QueueClaim _claim;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;
    private readonly Task _beating;

    private ClaimKeeper(IJobQueue queue, QueueClaim claim, TimeSpan lease, TimeProvider time)
    {
        (_queue, _claim, _lease, _time) = (queue, claim, lease, time);
        Lost = _lost.Token;
        _beating = BeatAsync();
    }

    /// <summary>Cancelled when the job is somebody else's.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Takes a job over and keeps it.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="claim">What the process got that took it.</param>
    /// <param name="worker">Who has it from now on.</param>
    /// <param name="lease">How long the queue waits for a sign of life.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the job is somebody else's by now.</returns>
    public static async Task<ClaimKeeper?> AdoptAsync(IJobQueue queue, QueueClaim claim, string worker, TimeSpan lease, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return await queue.AdoptAsync(claim, worker, cancellationToken) ? new ClaimKeeper(queue, claim, lease, time) : null;
    }

    /// <summary>Ends the job in the queue.</summary>
    /// <returns>False when it was somebody else's.</returns>
    public async Task<bool> FinishAsync()
    {
        await StopAsync();
        return !Lost.IsCancellationRequested && await _queue.FinishAsync(_claim, CancellationToken.None);
    }

    /// <summary>Gives the job back to its place.</summary>
    /// <param name="reason">Why.</param>
    public async Task ReturnAsync(string reason)
    {
        await StopAsync();
        if (!Lost.IsCancellationRequested)
            await _queue.ReturnAsync(_claim, reason, isTry: true, CancellationToken.None);
    }

    /// <summary>Stops renewing; a job that was not finished goes back to its place when the lease is over.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _beating;
    }

    private async Task BeatAsync()
    {
        var heard = _time.GetTimestamp();
        while (!Lost.IsCancellationRequested)
        {
            await Task.Delay(_lease / 5, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
                return;
            var asked = _time.GetTimestamp();
            try
            {
                if (await _queue.RenewAsync(_claim, _stop.Token))
                    heard = asked;
                else
                    await _lost.CancelAsync();
            }
            catch (Exception e) when (e is TeuthologyException or OperationCanceledException)
            {
                // A queue that does not answer gives the job to nobody, until the lease is over.
                if (!_stop.IsCancellationRequested && _time.GetElapsedTime(heard) >= _lease)
                    await _lost.CancelAsync();
            }
        }
    }
}
