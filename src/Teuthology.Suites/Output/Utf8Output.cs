using System.Text;

namespace Teuthology.Suites;

/// <summary>Bytes on their way to a stream. What belongs together stays in the buffer until <see cref="Settle"/>, so that it can be taken back.</summary>
/// <param name="stream">Where they go.</param>
internal sealed class Utf8Output(Stream stream)
{
    private const int Settled = 64 * 1024;

    private byte[] _buffer = new byte[2 * Settled];
    private int _length;

    /// <summary>How many bytes wait; a lower number takes back what came after.</summary>
    public int Length
    {
        get => _length;
        set => _length = value;
    }

    /// <summary>What waits from <paramref name="start"/> on.</summary>
    public ReadOnlySpan<byte> From(int start) => _buffer.AsSpan(start, _length - start);

    /// <summary>Adds <paramref name="bytes"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _length)
            Grow(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Adds <paramref name="text"/>.</summary>
    public void Write(string text)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) is var most && most > _buffer.Length - _length)
            Grow(most);
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    /// <summary>Says that nothing will be taken back; passes the bytes on once there are many.</summary>
    public void Settle()
    {
        if (_length >= Settled)
            Flush();
    }

    /// <summary>Passes on what waits.</summary>
    public void Flush()
    {
        var length = _length;
        _length = 0;
        stream.Write(_buffer, 0, length);
    }

    private void Grow(int more) => Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, checked(_length + more)));
}
