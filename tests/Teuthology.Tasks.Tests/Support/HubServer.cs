using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Teuthology.Tasks.Tests;

/// <summary>An HTTP server on the controller's side of a lab's network: what the machines of the lab see as <c>10.99.0.1</c>.</summary>
public sealed class HubServer : IDisposable
{
    private const int CloneNewNet = 0x40000000;
    private readonly Socket _listener;
    private readonly Func<string, byte[]?> _answer;
    private readonly (string Path, string Authorization)? _guarded;
    private readonly CancellationTokenSource _stop = new();

    private HubServer(Socket listener, Func<string, byte[]?> answer, (string Path, string Authorization)? guarded)
    {
        (_listener, _answer, _guarded) = (listener, answer, guarded);
        _ = AcceptAsync();
    }

    /// <summary>Port that it listens at.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Starts it in a network namespace.</summary>
    /// <param name="network">File of the namespace.</param>
    /// <param name="address">Address to listen at.</param>
    /// <param name="port">Port, which only that namespace knows; 0 for any.</param>
    /// <param name="answer">Gives the content for a path with its query; null for 404.</param>
    /// <param name="guarded">Paths that begin so are answered only with this value of the header Authorization.</param>
    public static async Task<HubServer> StartAsync(string network, string address, int port, Func<string, byte[]?> answer, (string Path, string Authorization)? guarded = null)
    {
        // A socket stays in the namespace of the thread that made it; the thread ends there.
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(network);
                if (SetNamespace((int)file.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new InvalidOperationException($"cannot enter {network}");
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
                socket.Listen();
                made.SetResult(socket);
            }
            catch (Exception e)
            {
                made.SetException(e);
            }
        }) { IsBackground = true }.Start();
        return new HubServer(await made.Task, answer, guarded);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = await reader.ReadLineAsync(_stop.Token);
        var headers = new List<string>();
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
            headers.Add(header);
        var path = Uri.UnescapeDataString(request?.Split(' ')[1] ?? "");
        var refused = _guarded is { } guarded && path.StartsWith(guarded.Path, StringComparison.Ordinal) && !headers.Contains($"Authorization: {guarded.Authorization}");
        var content = refused ? null : _answer(path);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(refused ? "401 Unauthorized" : content is null ? "404 Not Found" : "200 OK")}\r\nContent-Length: {content?.Length ?? 0}\r\nConnection: close\r\n\r\n"), _stop.Token);
        await stream.WriteAsync(content ?? [], _stop.Token);
    }

    [DllImport("libc", EntryPoint = "setns")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int file, int kind);
}
