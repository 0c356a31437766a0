namespace Teuthology.Orchestra;

/// <summary>Tells the guardian of a host again and again that we are there, and at the end that we go.</summary>
internal sealed class GuardianHeart : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private readonly GuardedHost? host;
    private readonly ShellPool pool;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ending = new();
    private readonly Task beating;

    public GuardianHeart(GuardedHost? host, ShellPool pool, RemoteOptions options)
    {
        (this.host, this.pool, time) = (host, pool, options.Time);
        beating = host is null ? Task.CompletedTask : BeatAsync(host, ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        await beating.ConfigureAwait(false);
        ending.Dispose();
        if (host?.Home is null || pool.Open is not GuardedShell shell)
            return;
        using var patience = new CancellationTokenSource(Farewell, time);
        try
        {
            await host.EndAsync(shell, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ShellLostException or OperationCanceledException)
        {
            // Then the host ends what runs when the lease is over.
        }
    }

    private async Task BeatAsync(GuardedHost host, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(host.Lease / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
            {
                if (host.Home is not null)
                    await OnceAsync(host, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The remote is closed.
        }
    }

    private async Task OnceAsync(GuardedHost host, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, host.Lease / 4, Timeout.InfiniteTimeSpan);
        try
        {
            if (await pool.ConnectAsync(patience.Token).ConfigureAwait(false) is GuardedShell shell)
                await host.BeatAsync(shell, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ShellLostException or TeuthologyException or ObjectDisposedException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // The next beat tries again; commands tell of a connection that is lost.
        }
    }
}
