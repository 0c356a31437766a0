using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Cli.Tests;

/// <summary>A real paddles over a SQLite file of its own.</summary>
internal sealed class RealPaddles : IAsyncDisposable
{
    private readonly Checkout _checkout;
    private readonly Process _server;

    private RealPaddles(Checkout checkout, Process server, string url) => (_checkout, _server, Url) = (checkout, server, url);

    public string Url { get; }

    /// <summary>Starts it; the test is skipped where TEUTHOLOGY_PADDLES names no checkout.</summary>
    public static async Task<RealPaddles> StartAsync()
    {
        var checkout = await Checkout.CopyAsync("TEUTHOLOGY_PADDLES", "ceph/paddles", "pecan", "sqlalchemy", "gunicorn");
        var port = FreePort();
        var server = checkout.Start("paddles_server.py", port.ToString(CultureInfo.InvariantCulture), $"sqlite:///{checkout.Directory}/test.db", "1");
        _ = server.StandardError.ReadToEndAsync();
        _ = server.StandardOutput.ReadToEndAsync();
        var paddles = new RealPaddles(checkout, server, $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
        using var http = new HttpClient();
        for (var end = DateTimeOffset.UtcNow.AddMinutes(1); ; await Task.Delay(100))
        {
            try
            {
                await http.GetStringAsync(new Uri(paddles.Url));
                return paddles;
            }
            catch (HttpRequestException) when (DateTimeOffset.UtcNow < end && !server.HasExited)
            {
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _checkout.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
