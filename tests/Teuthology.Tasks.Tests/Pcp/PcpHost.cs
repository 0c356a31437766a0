using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Tasks.Tests;

/// <summary>A loopback lab whose site has a server for performance data: this process.</summary>
public sealed class PcpHost : LabHost
{
    private readonly HttpListener _server;

    public PcpHost()
        : this(FreePort())
    {
    }

    private PcpHost(int port)
        : base("loopback", machines: 2, site: SiteConfig.Empty with { PcpHost = $"http://127.0.0.1:{port}/" })
    {
        _server = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        _server.Start();
        Port = port;
        _ = ServeAsync();
    }

    public int Port { get; }

    /// <summary>Paths with queries that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Ends the server: nobody listens at its port any more.</summary>
    public void Close() => _server.Close();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _server.GetContextAsync();
                Asked.Enqueue(context.Request.RawUrl!);
                context.Response.StatusCode = context.Request.RawUrl!.Contains("mem.util.free", StringComparison.Ordinal) ? 502 : 200;
                await context.Response.OutputStream.WriteAsync("PNG"u8.ToArray());
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
