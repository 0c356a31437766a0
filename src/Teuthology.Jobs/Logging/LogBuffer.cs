using System.Text;

namespace Teuthology.Jobs;

/// <summary>Text for a log file, as UTF-8, up to the next flush. Not safe for threads.</summary>
internal sealed class LogBuffer(string path) : IDisposable
{
    private const int Size = 256 * 1024;
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    private byte[] _bytes = new byte[4096];
    private int _used;

    /// <summary>Adds text.</summary>
    /// <exception cref="IOException">The buffer was full, and what it held could not be written.</exception>
    public void Write(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most > Size)
        {
            Write(Encoding.UTF8.GetBytes(text));
            return;
        }

        Require(most);
        _used += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_used));
    }

    /// <summary>Adds UTF-8.</summary>
    /// <exception cref="IOException">The buffer was full, and what it held could not be written.</exception>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (text.Length > Size)
        {
            Flush();
            _file.Write(text);
            return;
        }

        Require(text.Length);
        text.CopyTo(_bytes.AsSpan(_used));
        _used += text.Length;
    }

    /// <summary>Writes what is there to the file. What the disk does not take is lost: the log goes on when there is room again.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Flush()
    {
        var length = _used;
        _used = 0;
        if (length > 0)
            _file.Write(_bytes.AsSpan(0, length));
    }

    public void Dispose()
    {
        try
        {
            Flush();
        }
        finally
        {
            _file.Dispose();
        }
    }

    private void Require(int count)
    {
        if (_used + count > Size)
            Flush();
        if (_used + count > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(Size, Math.Max(_bytes.Length * 2, _used + count)));
    }
}
