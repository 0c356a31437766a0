using System.Net;
using System.Net.Sockets;

namespace Teuthology.Orchestra;

/// <summary>
/// Lets SSH.NET, which only connects to TCP addresses, talk over a stream: a listener on 127.0.0.1 that takes exactly one
/// connection, closes, and pumps both ways.
/// </summary>
internal sealed class LoopbackBridge : IAsyncDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly CancellationTokenSource closing = new();
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task pumping;

    public LoopbackBridge(Stream far)
    {
        Far = far is NetworkStream { Socket: { ProtocolType: ProtocolType.Tcp } socket } ? socket : null;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        pumping = PumpAsync(far);
    }

    /// <summary>The socket on the network, if there is one.</summary>
    public Socket? Far { get; }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await pumping.ConfigureAwait(false);
        closing.Dispose();
    }

    private async Task PumpAsync(Stream far)
    {
        try
        {
            await using (far.ConfigureAwait(false))
            {
                using var near = await AcceptAsync().ConfigureAwait(false);
                near.NoDelay = true;
                using var stream = new NetworkStream(near);
                var up = stream.CopyToAsync(far, BufferSize, closing.Token);
                var down = far.CopyToAsync(stream, BufferSize, closing.Token);
                await await Task.WhenAny(up, down).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either end went away: the other one learns it by its own end being closed here.
        }
    }

    private async Task<Socket> AcceptAsync()
    {
        using (listener)
            return await listener.AcceptAsync(closing.Token).ConfigureAwait(false);
    }
}
