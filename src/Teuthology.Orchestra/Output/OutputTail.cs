using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Keeps the end of what is written: at least <paramref name="limit"/> bytes of it.</summary>
internal sealed class OutputTail(int limit)
{
    private const int FirstSize = 1024;
    private byte[] bytes = [];
    private int length;

    /// <summary>Bytes no longer kept.</summary>
    public long Dropped { get; private set; }

    public void Write(ReadOnlySpan<byte> data)
    {
        if (data.Length > limit)
        {
            Dropped += data.Length - limit;
            data = data[^limit..];
        }

        if (length + data.Length > 2L * limit)
            Drop(length - limit);
        if (length + data.Length > bytes.Length)
            Array.Resize(ref bytes, (int)Math.Min(2L * limit, Math.Max(Math.Max(FirstSize, bytes.Length * 2L), length + data.Length)));
        data.CopyTo(bytes.AsSpan(length));
        length += data.Length;
    }

    /// <summary>Cuts to the limit, forward to the start of a line where there is one near, and gives the text.</summary>
    public string Finish()
    {
        if (length > limit)
            Drop(length - limit);
        if (Dropped > 0 && bytes.AsSpan(0, Math.Min(length, LineLog.Longest)).IndexOf((byte)'\n') is var newline and >= 0)
            Drop(newline + 1);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        bytes = [];
        return text;
    }

    private void Drop(int count)
    {
        bytes.AsSpan(count, length - count).CopyTo(bytes);
        length -= count;
        Dropped += count;
    }
}
