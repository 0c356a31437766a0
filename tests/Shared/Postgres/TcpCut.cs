using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Testing;

/// <summary>
/// A port of the loopback that leads to another one, and can be cut: connections through it are reset, or what goes through them is swallowed
/// in one direction, so that a statement runs and its answer is lost.
/// </summary>
internal sealed class TcpCut : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _refuses;
    private volatile bool _swallows;
    private volatile bool _stalls;
    private volatile string? _word;

    public TcpCut(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The port to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>While true new connections are reset at once.</summary>
    public bool Refuses
    {
        get => _refuses;
        set => _refuses = value;
    }

    /// <summary>While true the server's answers do not come through: questions do. A connection that lost one gets no other: half an answer is no answer.</summary>
    public bool SwallowsAnswers
    {
        get => _swallows;
        set => _swallows = value;
    }

    /// <summary>A connection that asks something with this word in it gets no answer from there on; null for none.</summary>
    public string? LosesAnswersTo
    {
        get => _word;
        set => _word = value;
    }

    /// <summary>While true nothing comes through either way, and nothing is lost.</summary>
    public bool Stalls
    {
        get => _stalls;
        set => _stalls = value;
    }

    /// <summary>Resets all connections there are.</summary>
    public void Cut()
    {
        foreach (var client in _clients.Keys)
            Reset(client);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (; ;)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        if (_refuses)
        {
            Reset(client);
            return;
        }

        using var server = new TcpClient();
        _clients[client] = 0;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            client.NoDelay = server.NoDelay = true;
            var isDeaf = false;
            await await Task.WhenAny(
                CopyAsync(client, server, asked =>
                {
                    if (_word is { } word && asked.Span.IndexOf(Encoding.ASCII.GetBytes(word)) >= 0)
                        Volatile.Write(ref isDeaf, true);
                    return false;
                }),
                CopyAsync(server, client, _ => _swallows || Volatile.Read(ref isDeaf)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Cut, or the other side is gone: both ends go.
        }

        Reset(client);
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> swallows)
    {
        var buffer = new byte[16384];
        var lost = false;
        while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var read and > 0)
        {
            while (_stalls)
                await Task.Delay(10, _stop.Token);
            lost |= swallows(buffer.AsMemory(0, read));
            if (!lost)
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private void Reset(TcpClient client)
    {
        if (!_clients.TryRemove(client, out _) && client.Client is null)
            return;
        try
        {
            client.LingerState = new LingerOption(enable: true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        client.Close();
    }
}
