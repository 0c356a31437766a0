using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Bench;

/// <summary>
/// A client of one connection that costs next to nothing, so that the processors are the servers': a request goes out in one write, an answer is looked at no
/// further than its status and its length. A server that closes after each answer is connected to again.
/// </summary>
public sealed class PlainHttp(Uri server) : IDisposable
{
    private readonly byte[] _head = Encoding.ASCII.GetBytes($" HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/json\r\nContent-Length: ");
    private byte[] _request = new byte[16_384];
    private byte[] _answer = new byte[65_536];
    private Socket? _socket;
    private int _bodyAt;
    private int _end;

    /// <summary>The last answer's body.</summary>
    public ReadOnlyMemory<byte> Body => _answer.AsMemory(_bodyAt.._end);

    /// <summary>Asks and waits.</summary>
    /// <param name="call">Method, path and body.</param>
    /// <returns>The answer's status; 0 when the connection was cut.</returns>
    public int Ask(ServerCall call)
    {
        var length = Write(call);
        try
        {
            _socket ??= Connect();
            _socket.Send(_request.AsSpan(0, length));
            return Read();
        }
        catch (SocketException)
        {
            Dispose();
            return 0;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private Socket Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 120_000 };
        socket.Connect(server.Host, server.Port);
        return socket;
    }

    private int Write(ServerCall call)
    {
        if (_request.Length < call.Body.Length + 1024)
            _request = new byte[call.Body.Length + 1024];
        var at = Encoding.ASCII.GetBytes(call.Line, _request);
        _head.CopyTo(_request, at);
        at += _head.Length;
        Utf8Formatter.TryFormat(call.Body.Length, _request.AsSpan(at), out var digits);
        at += digits;
        "\r\n\r\n"u8.CopyTo(_request.AsSpan(at));
        call.Body.CopyTo(_request.AsSpan(at + 4));
        return at + 4 + call.Body.Length;
    }

    private int Read()
    {
        (_bodyAt, _end) = (0, 0);
        int head;
        while ((head = _answer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!More())
                throw new SocketException((int)SocketError.ConnectionReset);
        }

        _bodyAt = head + 4;
        var fields = Encoding.ASCII.GetString(_answer, 0, head);
        if (Field(fields, "Content-Length") is { } length)
        {
            for (var whole = _bodyAt + int.Parse(length, System.Globalization.CultureInfo.InvariantCulture); _end < whole;)
            {
                if (!More())
                    throw new SocketException((int)SocketError.ConnectionReset);
            }
        }
        else if (Field(fields, "Transfer-Encoding") is not null)
        {
            // In JSON there is no bare end of a line: the last piece is the empty one.
            while (!Body.Span.EndsWith("0\r\n\r\n"u8) && More())
                continue;
        }
        else
        {
            while (More())
                continue;
        }

        if (fields.StartsWith("HTTP/1.0", StringComparison.Ordinal) || Field(fields, "Connection") is "close")
            Dispose();
        return int.Parse(fields.AsSpan(9, 3), provider: System.Globalization.CultureInfo.InvariantCulture);
    }

    private bool More()
    {
        if (_end == _answer.Length)
            Array.Resize(ref _answer, _answer.Length * 4);
        var count = _socket!.Receive(_answer.AsSpan(_end));
        _end += count;
        return count > 0;
    }

    private static string? Field(string fields, string name)
    {
        var at = fields.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        at += name.Length + 4;
        var end = fields.IndexOf('\r', at);
        return end < 0 ? fields[at..] : fields[at..end];
    }
}
