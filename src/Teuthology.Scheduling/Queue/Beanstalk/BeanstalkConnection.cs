using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Scheduling;

/// <summary>
/// A connection to beanstalkd, see its doc/protocol.txt: a line out, with data for <c>put</c>, and a line in, with data where it says so.
/// What the connection reserved goes back to the queue when it closes.
/// </summary>
internal sealed class BeanstalkConnection : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly BufferedStream _input;

    private BeanstalkConnection(TcpClient client) => (_client, _stream, _input) = (client, client.GetStream(), new BufferedStream(client.GetStream(), 64 * 1024));

    /// <exception cref="SocketException">It does not answer.</exception>
    public static async Task<BeanstalkConnection> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
            client.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            client.Client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
            client.Client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            return new BeanstalkConnection(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Asks one thing; an answer that is late by a call-off would be taken for the next one's, so the connection is closed then.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<BeanstalkAnswer> AskAsync(string command, CancellationToken cancellationToken, ReadOnlyMemory<byte>? data = null)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await SendAsync([command], data, cancellationToken);
            return await ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _client.Close();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks many things at once: one way there and back for all of them.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<List<BeanstalkAnswer>> AskAllAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Whoever only writes while the other only writes, too, waits for ever.
            var sending = SendAsync(commands, null, cancellationToken);
            List<BeanstalkAnswer> answers = new(commands.Count);
            while (answers.Count < commands.Count)
                answers.Add(await ReadAsync(cancellationToken));
            await sending;
            return answers;
        }
        catch (OperationCanceledException)
        {
            _client.Close();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
        _turn.Dispose();
    }

    private async Task SendAsync(IReadOnlyList<string> commands, ReadOnlyMemory<byte>? data, CancellationToken cancellationToken)
    {
        var lines = new StringBuilder();
        foreach (var command in commands)
            lines.Append(command).Append("\r\n");
        var bytes = Encoding.UTF8.GetBytes(lines.ToString());
        await _stream.WriteAsync(data is { } body ? [.. bytes, .. body.Span, (byte)'\r', (byte)'\n'] : bytes, cancellationToken);
    }

    private async Task<BeanstalkAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        var words = (await LineAsync(cancellationToken)).Split(' ');
        if (words[0] is not ("OK" or "RESERVED" or "FOUND"))
            return new BeanstalkAnswer(words, "");
        var body = new byte[int.Parse(words[^1], CultureInfo.InvariantCulture) + 2];
        await _input.ReadExactlyAsync(body, cancellationToken);
        return new BeanstalkAnswer(words, Encoding.UTF8.GetString(body.AsSpan()[..^2]));
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(64);
        var one = new byte[1];
        while (true)
        {
            if (await _input.ReadAsync(one, cancellationToken) == 0)
                throw new EndOfStreamException("beanstalkd closed the connection");
            if (one[0] == '\n')
                return Encoding.UTF8.GetString(line.WrittenSpan).TrimEnd('\r');
            if (line.WrittenCount > 4096)
                throw new InvalidDataException("this is no beanstalkd: its answer has no end of line");
            line.Write(one);
        }
    }
}
