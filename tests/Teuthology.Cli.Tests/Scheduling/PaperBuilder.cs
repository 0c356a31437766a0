using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Cli.Tests;

/// <summary>A gitbuilder on loopback that has some versions, and no others.</summary>
internal sealed class PaperBuilder : IAsyncDisposable
{
    /// <summary>What it says of each version that it has.</summary>
    public const string Text = "v18.2.0";

    private readonly HttpListener _listener = new();
    private readonly string[] _paths;
    private readonly Task _serving;

    public PaperBuilder(params string[] paths)
    {
        _paths = paths;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Host = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Host { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var asked = await _listener.GetContextAsync();
                asked.Response.StatusCode = _paths.Contains(asked.Request.Url!.AbsolutePath) ? 200 : 404;
                await asked.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes(Text));
                asked.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            return;
        }
    }
}
