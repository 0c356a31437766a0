using Npgsql;

namespace Teuthology.Sql;

/// <summary>Hears on a connection of its own when somebody tells of a change, from when somebody here first waits for one.</summary>
/// <param name="settings">How to connect.</param>
/// <param name="channel">What to listen to.</param>
/// <param name="time">Waits before the next connection.</param>
public sealed class PostgresListener(NpgsqlConnectionStringBuilder settings, string channel, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _starting = new();
    private Task? _listening;

    /// <summary>Begins to listen, once; waits for the first try. Without a connection one waits as long as it takes to look again.</summary>
    /// <param name="changed">Called at each change, and after each cut of the connection.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task StartAsync(Action changed, CancellationToken cancellationToken)
    {
        lock (_starting)
            _listening ??= Task.Run(() => ListenAsync(changed), _stop.Token);
        return _tried.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_listening is { } listening)
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ListenAsync(Action changed)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, KeepAlive = 15, MaxAutoPrepare = 0 };
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(own.ConnectionString);
                await connection.OpenAsync(_stop.Token);
                connection.Notification += (_, _) => changed();
                await using (var listen = new NpgsqlCommand($"LISTEN {new NpgsqlCommandBuilder().QuoteIdentifier(channel)}", connection))
                    await listen.ExecuteNonQueryAsync(_stop.Token);
                _tried.TrySetResult();

                // What happened before or during a cut was not heard.
                changed();
                for (; ;)
                    await connection.WaitAsync(_stop.Token);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException)
            {
                _tried.TrySetResult();
                await Task.Delay(Pause, time, _stop.Token);
            }
        }
    }
}
