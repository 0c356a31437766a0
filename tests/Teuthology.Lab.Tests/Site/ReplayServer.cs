using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Teuthology.Lab.Tests;

/// <summary>An HTTP server on 127.0.0.1 that gives the answers a test wrote down, and notes what was asked; anything else is 404.</summary>
internal sealed class ReplayServer : IDisposable
{
    /// <summary>An answer that begins and never goes on.</summary>
    public static readonly (HttpStatusCode Status, byte[] Body) Stalls = (HttpStatusCode.OK, null!);

    private readonly HttpListener _listener;
    private readonly ConcurrentDictionary<string, Func<Call, (HttpStatusCode Status, byte[] Body)>> _answers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    public ReplayServer()
    {
        // The kernel's free port may be taken by another before we listen there
        for (var tries = 0; ; tries++)
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            _listener = new HttpListener();
            _listener.Prefixes.Add(Url = $"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 20)
            {
                _listener.Close();
            }
        }

        _ = ServeAsync();
    }

    /// <summary>A request as it came.</summary>
    /// <param name="Line">Method, path and query.</param>
    /// <param name="Headers">Headers.</param>
    /// <param name="Body">Body.</param>
    public sealed record Call(string Line, WebHeaderCollection Headers, string Body)
    {
        /// <summary>Headers of the answer.</summary>
        public Dictionary<string, string> Answer { get; } = new(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Where it listens, with a slash behind.</summary>
    public string Url { get; }

    /// <summary>Requests in the order of coming.</summary>
    public ConcurrentQueue<Call> Requests { get; } = new();

    /// <summary>Their methods and paths.</summary>
    public IEnumerable<string> Lines => Requests.Select(r => r.Line);

    public void On(string method, string path, string body) => On(method, path, _ => (HttpStatusCode.OK, Encoding.UTF8.GetBytes(body)));

    public void On(string method, string path, HttpStatusCode status, string body) => On(method, path, _ => (status, Encoding.UTF8.GetBytes(body)));

    public void On(string method, string path, Func<Call, (HttpStatusCode Status, byte[] Body)> answer) => _answers[$"{method} {path}"] = answer;

    /// <summary>Gives one answer after the other; the last one for ever.</summary>
    public void OnEach(string method, string path, params string[] bodies)
    {
        var next = 0;
        On(method, path, _ => (HttpStatusCode.OK, Encoding.UTF8.GetBytes(bodies[Math.Min(next++, bodies.Length - 1)])));
    }

    public void Dispose()
    {
        if (!_listener.IsListening)
            return;
        _stop.Cancel();
        _listener.Close();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            for (; ;)
                _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream);
            var call = new Call($"{context.Request.HttpMethod} {context.Request.RawUrl}", (WebHeaderCollection)context.Request.Headers, await reader.ReadToEndAsync());
            Requests.Enqueue(call);
            var (status, body) = _answers.TryGetValue(call.Line, out var answer) ? answer(call) : (HttpStatusCode.NotFound, "no such thing"u8.ToArray());
            context.Response.StatusCode = (int)status;
            if (body is [(byte)'{' or (byte)'[', ..])
                context.Response.ContentType = "application/json";
            foreach (var (name, value) in call.Answer)
                context.Response.Headers[name] = value;
            if (body is null)
            {
                context.Response.ContentLength64 = 1000;
                await context.Response.OutputStream.WriteAsync("begin"u8.ToArray());
                await context.Response.OutputStream.FlushAsync();
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            context.Response.ContentLength64 = body!.Length;
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // The client went away, or the test is over.
        }
    }
}
