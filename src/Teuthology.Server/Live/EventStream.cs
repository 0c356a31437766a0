using System.Text;

namespace Teuthology.Server;

/// <summary>Server-sent events to one browser (HTML Living Standard, 9.2).</summary>
/// <param name="response">The answer.</param>
internal sealed class EventStream(HttpResponse response)
{
    private static readonly ReadOnlyMemory<byte> StillHere = ": still here\n\n"u8.ToArray();

    /// <summary>Sends the head.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.Body.WriteAsync("retry: 2000\n\n"u8.ToArray(), cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>An event as its bytes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="id">What the browser comes back with; no line end in it.</param>
    /// <param name="data">No line end in it.</param>
    public static byte[] Event(string name, string id, string data) => Encoding.UTF8.GetBytes($"id: {id}\nevent: {name}\ndata: {data}\n\n");

    /// <summary>Sends an event; waits while the browser does not take it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Shows proxies, and the server, that the connection lives.</summary>
    public Task BeatAsync(CancellationToken cancellationToken) => SendAsync(StillHere, cancellationToken);
}
