using System.Text;

namespace Teuthology.Tasks;

/// <summary>A sink that hands each line written to it, without its line end, to an action; the last one may lack its end.</summary>
internal sealed class LineStream(Action<string> take) : WriteOnlyStream
{
    private readonly MemoryStream _line = new();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.IndexOf((byte)'\n') is var end and >= 0)
        {
            _line.Write(buffer[..end]);
            TakeLine();
            buffer = buffer[(end + 1)..];
        }

        _line.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (_line.Length > 0)
            TakeLine();
        base.Dispose(disposing);
    }

    private void TakeLine()
    {
        take(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length));
        _line.SetLength(0);
    }
}
