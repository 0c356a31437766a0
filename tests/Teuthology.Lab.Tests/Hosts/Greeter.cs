using System.Net;
using System.Net.Sockets;

namespace Teuthology.Lab.Tests;

/// <summary>A port of 127.0.0.1 that greets as an SSH server does, and no more.</summary>
internal sealed class Greeter : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Greeter(bool greets = true)
    {
        _listener.Start();
        if (greets)
            _ = GreetAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task GreetAsync()
    {
        try
        {
            for (; ;)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("SSH-2.0-Test\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
