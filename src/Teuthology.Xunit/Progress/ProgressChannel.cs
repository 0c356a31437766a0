using System.Net.Sockets;
using System.Text;
using Teuthology.TestLogger;

namespace Teuthology.Xunit;

/// <summary>
/// Lines for the user's console. The test host's own output is swallowed by VSTest, so they go over a local socket to the logger that
/// Teuthology.TestLogger runs in vstest.console, which owns the console. Without a listener they go nowhere.
/// </summary>
internal sealed class ProgressChannel : IAsyncDisposable
{
    /// <summary>Nobody listens.</summary>
    public static readonly ProgressChannel None = new(null);

    private readonly Lock _gate = new();
    private Socket? _socket;

    private ProgressChannel(Socket? socket) => _socket = socket;

    /// <summary>Connects to the listener.</summary>
    /// <param name="path">Path of its socket, null when there is none.</param>
    public static ProgressChannel Open(string? path)
    {
        if (string.IsNullOrEmpty(path) || !File.Exists(path))
            return None;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = 1000 };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new ProgressChannel(socket);
        }
        catch (SocketException)
        {
            // The listener is gone: jobs run without a console.
            socket.Dispose();
            return None;
        }
    }

    /// <summary>Tells a line; never throws and never waits long.</summary>
    /// <param name="kind">What it tells.</param>
    /// <param name="line">Its text.</param>
    public void Write(ProgressKind kind, string line)
    {
        var bytes = Encoding.UTF8.GetBytes($"{kind}\t{line.ReplaceLineEndings(" ")}\n");
        lock (_gate)
        {
            try
            {
                _socket?.Send(bytes);
            }
            catch (SocketException)
            {
                _socket?.Dispose();
                _socket = null;
            }
        }
    }

    /// <summary>Says that no more lines come.</summary>
    public ValueTask DisposeAsync()
    {
        Write(ProgressKind.End, "");
        lock (_gate)
        {
            _socket?.Dispose();
            _socket = null;
        }

        return ValueTask.CompletedTask;
    }
}
