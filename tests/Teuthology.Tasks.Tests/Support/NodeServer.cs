using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.Tasks.Tests;

/// <summary>A server on loopback that speaks the part of paddles' protocol that is about machines: <c>GET</c> and <c>PUT /nodes/NAME/</c>.</summary>
public sealed class NodeServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public NodeServer()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>The machines by their names; what is put is merged into them.</summary>
    public ConcurrentDictionary<string, JsonObject> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers <c>PUT</c> by an error.</summary>
    public bool Refuses { get; set; }

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
            context.Response.StatusCode = await AnswerAsync(context);
            context.Response.Close();
        }
    }

    private async Task<int> AnswerAsync(HttpListenerContext context)
    {
        if (context.Request.Url!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) is not ["nodes", var name] || !Nodes.TryGetValue(name, out var node))
            return 404;
        if (context.Request.HttpMethod == "PUT")
        {
            if (Refuses)
                return 500;
            foreach (var (key, value) in (await JsonNode.ParseAsync(context.Request.InputStream))!.AsObject())
                node[key] = value?.DeepClone();
        }

        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(node.ToJsonString()));
        return 200;
    }
}
