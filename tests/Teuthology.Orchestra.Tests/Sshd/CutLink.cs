using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Teuthology.Orchestra.Tests;

/// <summary>A link that can be cut, with every connection on it, and mended.</summary>
public sealed class CutLink
{
    private readonly ConcurrentBag<Socket> open = [];
    private volatile bool down;

    /// <summary>Connections made so far.</summary>
    public int Dialed => open.Count;

    public void Cut()
    {
        down = true;
        foreach (var socket in open)
            socket.Close(timeout: 0);
    }

    public void Mend() => down = false;

    public async Task CutForAsync(TimeSpan time)
    {
        Cut();
        await Task.Delay(time);
        Mend();
    }

    public async Task<Stream> DialAsync(int port, CancellationToken ct)
    {
        if (down)
            throw new SocketException((int)SocketError.NetworkUnreachable);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, ct);
        open.Add(socket);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
