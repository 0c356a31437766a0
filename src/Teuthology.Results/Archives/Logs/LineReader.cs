namespace Teuthology.Results;

/// <summary>Reads lines of any length in bounded memory: what goes past <see cref="Longest"/> bytes of a line is passed over.</summary>
/// <param name="stream">Where from; disposed with this.</param>
/// <param name="growing">The file is still written: a last line without its end is left for later, and reading may go on after the end.</param>
internal sealed class LineReader(Stream stream, bool growing) : IDisposable
{
    public const int Longest = 64 * 1024;
    private readonly byte[] _buffer = new byte[Longest + 1];
    private int _start;
    private int _end;
    private bool _skipping;

    /// <summary>The line, without its end; good until the next one is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Whether the line was longer than what <see cref="Line"/> holds.</summary>
    public bool Cut { get; private set; }

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is compressed and damaged.</exception>
    public bool Next()
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = Take(newline, 1);
                if (!_skipping)
                    return Found(line, cut: false);
                _skipping = false;
                continue;
            }

            if (_end - _start >= Longest || _skipping)
            {
                var line = Take(_end - _start, 0);
                if (!_skipping)
                {
                    _skipping = true;
                    return Found(line, cut: true);
                }
            }

            if (!Fill())
                return !growing && _end > _start && Found(Take(_end - _start, 0), cut: false);
        }
    }

    public void Dispose() => stream.Dispose();

    private ReadOnlyMemory<byte> Take(int length, int end)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + end;
        return line;
    }

    private bool Found(ReadOnlyMemory<byte> line, bool cut)
    {
        Line = line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
        Cut = cut;
        return true;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
