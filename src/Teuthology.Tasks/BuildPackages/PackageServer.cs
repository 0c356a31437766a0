using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Tasks;

/// <summary>Gives the files of a directory by HTTP on the controller's loopback address, for package tools: GET and HEAD, nothing else.</summary>
internal sealed class PackageServer : IAsyncDisposable
{
    private const int LongestHead = 64 * 1024;

    private readonly string _root;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="root">The directory; names in it that begin with a dot are not given.</param>
    public PackageServer(string root)
    {
        _root = Path.GetFullPath(root);
        _listener.Start();
        _serving = Task.Run(AcceptAsync);
    }

    /// <summary>Port that it listens at.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
    }

    // apt asks for several files on one connection, without waiting for the first.
    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var connection = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            while (await ReadHeadAsync(reader, cancellationToken) is { } head)
            {
                await AnswerAsync(stream, head[0], cancellationToken);
                if (head.Exists(line => line.Replace(" ", "", StringComparison.Ordinal).Equals("connection:close", StringComparison.OrdinalIgnoreCase)))
                    break;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The one who asked is gone, or the job is over.
        }
    }

    private static async Task<List<string>?> ReadHeadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var head = new List<string>();
        var length = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0 && head.Count > 0)
                return head;
            if (line.Length > 0)
                head.Add(line);
            if ((length += line.Length) > LongestHead)
                return null;
        }

        return null;
    }

    private async Task AnswerAsync(NetworkStream stream, string request, CancellationToken cancellationToken)
    {
        if (request.Split(' ') is not [var method, var target, ..] || method is not ("GET" or "HEAD"))
        {
            await HeadAsync(stream, "405 Method Not Allowed", 0, cancellationToken);
            return;
        }

        if (Find(target) is not { } path)
        {
            await HeadAsync(stream, "404 Not Found", 0, cancellationToken);
            return;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await HeadAsync(stream, "200 OK", file.Length, cancellationToken);
        if (method == "GET")
            await file.CopyToAsync(stream, cancellationToken);
    }

    private static async Task HeadAsync(NetworkStream stream, string status, long length, CancellationToken cancellationToken) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n")), cancellationToken);

    private string? Find(string target)
    {
        var parts = Uri.UnescapeDataString(target.Split('?', '#')[0]).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToList();
        if (parts.Exists(part => part[0] == '.' || part.Contains('\0', StringComparison.Ordinal)))
            return null;
        var path = Path.Combine([_root, .. parts]);
        return File.Exists(path) ? path : null;
    }
}
