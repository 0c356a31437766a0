namespace Teuthology.Lab;

/// <summary>Renews a server's lease in the cloud until it is stopped, so that others know that somebody cares.</summary>
internal sealed class ServerCare : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _caring;

    /// <param name="renew">Renews it once.</param>
    /// <param name="interval">How often.</param>
    /// <param name="time">Clock.</param>
    public ServerCare(Func<CancellationToken, Task> renew, TimeSpan interval, TimeProvider time) => _caring = CareAsync(renew, interval, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _caring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task CareAsync(Func<CancellationToken, Task> renew, TimeSpan interval, TimeProvider time)
    {
        while (true)
        {
            await Task.Delay(interval, time, _stop.Token);
            try
            {
                await renew(_stop.Token);
            }
            catch (TeuthologyException)
            {
                // A lease holds for several intervals: the next one tries again.
            }
        }
    }
}
