using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Jobs.Tests;

/// <summary>An HTTP server on loopback that keeps what it is asked and answers as it is told.</summary>
internal sealed class HttpSink : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpAsked, (int Status, string Body)> _answer;
    private readonly ConcurrentQueue<HttpAsked> _asked = new();
    private readonly Task _serving;

    public HttpSink(Func<HttpAsked, (int Status, string Body)> answer)
    {
        _answer = answer;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Host = $"127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"http://{Host}/");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Address and port.</summary>
    public string Host { get; }

    public IReadOnlyList<HttpAsked> Asked => [.. _asked];

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
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var bytes = body.ToArray();
            var headers = context.Request.Headers.AllKeys.ToDictionary(key => key!, key => context.Request.Headers[key]!, StringComparer.OrdinalIgnoreCase);
            var asked = new HttpAsked(context.Request.HttpMethod, context.Request.Url!.PathAndQuery, headers, Text(bytes, headers));
            _asked.Enqueue(asked);
            var (status, text) = _answer(asked);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
            context.Response.Close();
        }
    }

    private static string Text(byte[] bytes, Dictionary<string, string> headers)
    {
        if (headers.GetValueOrDefault("Content-Encoding") != "gzip")
            return Encoding.UTF8.GetString(bytes);
        using var reader = new StreamReader(new System.IO.Compression.GZipStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
