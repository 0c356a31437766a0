using System.Net;
using System.Net.Sockets;

namespace Teuthology.Tasks.Tests;

/// <summary>An HTTP server on 127.0.0.1.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<string, byte[]?> _answer;
    private readonly Task _serving;

    /// <param name="answer">Gives the content for a path without its query; null for 404.</param>
    public WebServer(Func<string, byte[]?> answer)
    {
        _answer = answer;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            if (_answer(context.Request.Url!.AbsolutePath) is { } content)
                await context.Response.OutputStream.WriteAsync(content);
            else
                context.Response.StatusCode = 404;
            context.Response.Close();
        }
    }
}
