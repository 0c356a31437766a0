using System.Net;
using System.Net.Sockets;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A port of 127.0.0.1 that leads to a machine's sshd, for programs of the controller that cannot reach the machine's network.</summary>
internal sealed class SshDoor : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, CancellationToken, Task<Stream>> _dial;
    private readonly int _port;
    private readonly Task _serving;

    public SshDoor(RemoteEndpoint endpoint)
    {
        (_dial, _port) = (endpoint.Dial!, endpoint.Port);
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _serving;
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(JoinAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task JoinAsync(TcpClient client)
    {
        try
        {
            using (client)
            await using (var far = await _dial(_port, _closing.Token))
            {
                client.NoDelay = true;
                var near = client.GetStream();
                await await Task.WhenAny(near.CopyToAsync(far, _closing.Token), far.CopyToAsync(near, _closing.Token));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or TeuthologyException)
        {
            // Either side went away: the other sees its end closed.
        }
    }
}
