using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>
/// Takes the output of a build, which may be gigabytes: it goes to a file; the job's log is told the last line once a minute, and the last lines are kept for
/// the one who asks why it failed. Safe from several threads.
/// </summary>
/// <param name="path">The file; null for none.</param>
/// <param name="name">What is built, for the job's log.</param>
/// <param name="log">The job's log.</param>
/// <param name="time">Clock of the minute.</param>
internal sealed class BuildLog(string? path, string name, ILogger log, TimeProvider time) : Stream
{
    private const int Kept = 20;
    private const int LongestLine = 2000;
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    private readonly Stream _file = path is null ? Null : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();
    private readonly List<byte> _line = [];
    private readonly long _start = time.GetTimestamp();
    private long _told = time.GetTimestamp();

    /// <summary>The end of the output.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (_gate)
                return [.. _last, .. _line.Count > 0 ? [Text(_line)] : Array.Empty<string>()];
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            _file.Write(buffer);
            foreach (var one in buffer)
            {
                if (one == '\n')
                    EndLine();
                else if (_line.Count < LongestLine)
                    _line.Add(one);
            }
        }
    }

    public override void Flush()
    {
        lock (_gate)
            _file.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    private static string Text(List<byte> line) => Encoding.UTF8.GetString([.. line]).TrimEnd('\r');

    private void EndLine()
    {
        var line = Text(_line);
        _line.Clear();
        _last.Enqueue(line);
        if (_last.Count > Kept)
            _last.Dequeue();
        if (time.GetElapsedTime(_told) < Between)
            return;
        _told = time.GetTimestamp();
        CephLog.Note(log, string.Create(CultureInfo.InvariantCulture, $"building {name} for {time.GetElapsedTime(_start).TotalMinutes:0} min: {line}"));
    }
}
