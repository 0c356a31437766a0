namespace Teuthology.Lab;

/// <summary>
/// A place in line that outlives the request: a client over HTTP asks, waits for a while, and asks again under its ticket. Who does not come back
/// loses the place soon.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="claim">What is waited for.</param>
internal sealed class LeaseLine(LeaseStore store, ClaimRequest claim)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // Longer than the pauses of a client that tries again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The place that is kept; null when none is.</summary>
    public long? Ticket { get; private set; }

    /// <summary>Takes the machines now or within the time.</summary>
    /// <param name="ticket">The place of an earlier try; null for none.</param>
    /// <param name="wait">How long to stay; zero keeps no place.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    /// <returns>The machines; empty when too few are free.</returns>
    public async Task<IReadOnlyList<NodeRecord>> TryAsync(long? ticket, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (ticket is { } kept && await store.KeepTicketAsync(kept, Patience) > 0)
            Ticket = ticket;
        try
        {
            return await TryAsync(wait, cancellationToken);
        }
        catch (OperationCanceledException) when (Ticket is { } place)
        {
            // Who hung up while waiting does not come back for the place.
            await store.DequeueAsync(place);
            throw;
        }
    }

    private async Task<IReadOnlyList<NodeRecord>> TryAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = store.Time.GetTimestamp();
        for (; ;)
        {
            var change = store.Changes.Next;
            if (await store.ClaimNodesAsync(claim, Ticket ?? long.MaxValue, cancellationToken) is { Count: > 0 } taken)
            {
                if (Ticket is { } served)
                    await store.DequeueAsync(served);
                if (!cancellationToken.IsCancellationRequested)
                    return taken;

                // Nobody is there any more to hear what was taken.
                await store.ReleaseAsync(new Lease(taken[0].Fence, [.. taken.Select(node => node.Name)], claim.Owner, default, default));
                throw new OperationCanceledException(cancellationToken);
            }

            if (await store.ReclaimAsync(cancellationToken) > 0)
                continue;
            if (wait <= TimeSpan.Zero || store.Time.GetElapsedTime(began) >= wait)
                return [];
            if (Ticket is null)
            {
                await store.ListenAsync(cancellationToken);
                Ticket = await store.EnqueueAsync(claim, Patience);
            }

            await NextAsync(change, cancellationToken);
        }
    }

    private async Task NextAsync(Task change, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(change, Task.Delay(Poll, store.Time, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
