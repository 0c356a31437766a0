using System.Net.Sockets;
using System.Text;

namespace Teuthology.TestLogger;

/// <summary>Takes lines <c>kind TAB text</c> from test hosts over a local socket.</summary>
internal sealed class ProgressServer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private readonly Socket _listener;
    private readonly Action<ProgressKind, string> _write;
    private readonly CountdownEvent _open = new(1);
    private readonly ManualResetEventSlim _closing = new();

    private ProgressServer(Socket listener, string path, Action<ProgressKind, string> write)
    {
        _listener = listener;
        Path = path;
        _write = write;
    }

    /// <summary>Path of the socket.</summary>
    public string Path { get; }

    /// <summary>Begins to listen, on a socket that only this user may open.</summary>
    /// <param name="write">Gets each line: its kind and its text.</param>
    public static ProgressServer Listen(Action<ProgressKind, string> write)
    {
        var directory = Directory.CreateTempSubdirectory("teuthology-"); // mode 0700
        var path = System.IO.Path.Combine(directory.FullName, "progress");
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var server = new ProgressServer(listener, path, write);
        _ = server.AcceptAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Finish();
        return server;
    }

    /// <summary>Waits a moment for lines under way, then closes.</summary>
    public void Finish()
    {
        if (!File.Exists(Path))
            return;
        using (var last = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Connections are taken in order: once this one is, the earlier ones count.
            last.Connect(new UnixDomainSocketEndPoint(Path));
            last.Send(Encoding.UTF8.GetBytes($"{ProgressKind.Close}\t\n"));
            _closing.Wait(s_patience);
        }

        _open.Signal();
        _open.Wait(s_patience);
        _listener.Dispose();
        Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (await _listener.AcceptAsync() is { } connection)
            {
                if (!_open.TryAddCount())
                    return;
                _ = ReadAsync(connection);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by Finish.
        }
    }

    private async Task ReadAsync(Socket connection)
    {
        try
        {
            using var reader = new StreamReader(new NetworkStream(connection, ownsSocket: true), Encoding.UTF8);
            while (await reader.ReadLineAsync() is { } line && line.Split('\t', 2) is [var word, var text])
            {
                if (!Enum.TryParse<ProgressKind>(word, out var kind) || kind == ProgressKind.End)
                    return;
                if (kind == ProgressKind.Close)
                    _closing.Set();
                _write(kind, text);
            }
        }
        catch (IOException)
        {
            // The test host died; VSTest says so.
        }
        finally
        {
            _open.Signal();
        }
    }
}
