using System.Diagnostics;
using System.Threading.Channels;

namespace Teuthology.Lab;

/// <summary>Both directions of a connection that a child process carries on its input and output.</summary>
internal sealed class RelayStream : DuplexStream
{
    private const int ChunkSize = 64 * 1024;

    private readonly Process _process;
    private readonly Stream _out;
    private readonly SemaphoreSlim _room = new(16);
    private readonly Channel<byte[]> _chunks = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private ReadOnlyMemory<byte> _rest;

    public RelayStream(Process process)
    {
        _process = process;
        _out = process.StandardInput.BaseStream;

        // Reading a pipe blocks a thread, whatever one calls: a thread of its own leaves those of the pool to others.
        new Thread(Receive) { IsBackground = true, Name = "relay" }.Start();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty)
        {
            if (!await _chunks.Reader.WaitToReadAsync(cancellationToken) || !_chunks.Reader.TryRead(out var chunk))
                return 0;
            _room.Release();
            _rest = chunk;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        _out.Write(buffer, offset, count);
        _out.Flush();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _out.WriteAsync(buffer, cancellationToken);
        await _out.FlushAsync(cancellationToken);
    }

    public override void Flush() => _out.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _out.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The end of its input ends the relay, and that ends the reading thread.
            _out.Dispose();
            _room.Release(ChunkSize);
        }

        base.Dispose(disposing);
    }

    private void Receive()
    {
        try
        {
            var input = _process.StandardOutput.BaseStream;
            var buffer = new byte[ChunkSize];
            for (int count; (count = input.Read(buffer, 0, buffer.Length)) > 0;)
            {
                _room.Wait();
                _chunks.Writer.TryWrite(buffer[..count]);
            }
        }
        catch (IOException)
        {
            // The relay was killed: its end is the stream's end.
        }
        finally
        {
            _chunks.Writer.TryComplete();
            _process.Dispose();
        }
    }
}
