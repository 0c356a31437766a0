namespace Teuthology.LockTest;

/// <summary>The clients' processes; who is killed is replaced by a new process, which is another client in the history.</summary>
internal sealed class ClientCrew(int size, Func<int, string> settingsOf, int seed) : IDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);
    private readonly ClientProcess[] _clients = new ClientProcess[size];
    private readonly List<Task> _starting = [];
    private int _made;

    /// <summary>Starts all and lets them begin together.</summary>
    public async Task StartAsync()
    {
        for (var slot = 0; slot < size; slot++)
            _clients[slot] = Make(slot);
        await Task.WhenAll(_clients.Select(c => c.ReadyAsync(StartDeadline)));
        await Task.WhenAll(_clients.Select(c => c.TellAsync("go")));
    }

    public ClientProcess Any(Random random) => _clients[random.Next(size)];

    /// <summary>Kills one, and starts another in its place without waiting for it.</summary>
    public async Task ReplaceAsync(ClientProcess client)
    {
        var slot = Array.IndexOf(_clients, client);
        client.Kill();
        await client.EndAsync(StartDeadline);
        client.Dispose();
        var next = _clients[slot] = Make(slot);
        _starting.Add(BeginAsync(next));
    }

    /// <summary>Tells all to end and waits for it.</summary>
    /// <returns>Those that did not end.</returns>
    /// <exception cref="HistoryException">One ended by itself before: the test is at fault.</exception>
    public async Task<IReadOnlyList<ClientProcess>> FinishAsync(TimeSpan deadline)
    {
        await Task.WhenAll(_starting);
        await Task.WhenAll(_clients.Select(c => c.TellAsync("finish")));
        var ended = await Task.WhenAll(_clients.Select(c => c.EndAsync(deadline)));
        if (_clients.FirstOrDefault(c => c.HasFailed) is { } failed)
            throw new HistoryException($"client {failed.Name} ended by itself: {failed.Errors}");
        return [.. _clients.Where((_, i) => !ended[i])];
    }

    public void Dispose()
    {
        foreach (var client in _clients)
            client?.Dispose();
    }

    private static async Task BeginAsync(ClientProcess client)
    {
        await client.ReadyAsync(StartDeadline);
        await client.TellAsync("go");
    }

    private ClientProcess Make(int slot)
    {
        var number = ++_made;
        return new ClientProcess(settingsOf(slot), $"c{number}", unchecked((seed * 1_000_003) + number));
    }
}
