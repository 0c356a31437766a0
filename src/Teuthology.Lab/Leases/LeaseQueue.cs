namespace Teuthology.Lab;

/// <summary>Waits for machines in the order of coming, so that nobody who wants few keeps passing one who wants many.</summary>
internal sealed class LeaseQueue(LeaseStore store)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    // Every so often one looks even if nobody wrote: leases expire and processes die without a word.
    private const int PollsPerLook = 8;

    // A ticket that was not shown for so long belongs to a process that hangs, and no longer holds up others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<Lease> ClaimAsync(ClaimRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (await store.TryClaimAsync(request, cancellationToken) is { } free)
            return free;
        if (await store.ReclaimAsync(cancellationToken) > 0 && await store.TryClaimAsync(request, cancellationToken) is { } freed)
            return freed;
        await store.ListenAsync(cancellationToken);
        var ticket = await store.EnqueueAsync(request, Patience);
        try
        {
            return await WaitAsync(request, ticket, progress, cancellationToken);
        }
        finally
        {
            await store.DequeueAsync(ticket);
        }
    }

    private async Task<Lease> WaitAsync(ClaimRequest request, long ticket, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var shown = store.Time.GetTimestamp();
        for (string? told = null; ;)
        {
            var change = store.Changes.Next;
            var version = await store.VersionAsync(cancellationToken);
            if (await store.ClaimInTurnAsync(request, ticket, cancellationToken) is { } lease)
                return lease;
            if (await store.ReclaimAsync(cancellationToken) > 0)
                continue;
            if (store.Time.GetElapsedTime(shown) > Patience / 4)
            {
                await KeepAsync(ticket);
                shown = store.Time.GetTimestamp();
            }

            var state = await StateAsync(request, ticket, cancellationToken);
            if (state != told)
                progress?.Report(told = state);
            await NextChangeAsync(change, version, cancellationToken);
        }
    }

    private async Task KeepAsync(long ticket)
    {
        if (await store.KeepTicketAsync(ticket, Patience) == 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the place in the queue for machines is gone: somebody changed {store.Place}");
    }

    private async Task NextChangeAsync(Task change, long version, CancellationToken cancellationToken)
    {
        for (var i = 0; i < PollsPerLook; i++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var woken = await Task.WhenAny(change, Task.Delay(Poll, store.Time, stop.Token)) == change;
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (woken || await store.VersionAsync(cancellationToken) != version)
                return;
        }
    }

    private async Task<string> StateAsync(ClaimRequest request, long ticket, CancellationToken cancellationToken)
    {
        var terms = MachineTerms.Of(request);
        var fit = (await store.ListAsync(cancellationToken)).Where(terms.Fit).ToList();

        // A machine that health took out counts: it comes back when it is tried again.
        var nodes = fit.Where(n => n.Up || n.RetryAt is not null || request.Names is not null).ToList();
        if (nodes.Count < request.Count)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{request.Count} {terms} are asked for, but only {nodes.Count} are in use now{(fit.Count > nodes.Count ? $": {fit.Count - nodes.Count} were taken out" : "")} (teuthology lock --list --all shows them)");
        var now = store.Time.GetUtcNow();
        var ahead = (await store.WaitersAsync(cancellationToken))
            .Count(w => w.Ticket < ticket && w.ExpiresAt > now && nodes.Exists(w.Terms.Fit));
        return $"waiting for {request.Count} machines: {nodes.Count(n => n.IsFree(now))} of {nodes.Count} are free, {ahead} before us";
    }
}
