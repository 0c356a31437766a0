using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>A piece of a job's log: whole lines, each with its place.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Start">Where the first begins.</param>
/// <param name="End">Where the last ends.</param>
/// <param name="Length">How long the log is.</param>
internal sealed record LogWindow(IReadOnlyList<(long Offset, JobLogLine Line)> Lines, long Start, long End, long Length)
{
    public const int Bytes = 128 * 1024;

    /// <summary>Reads a piece.</summary>
    /// <param name="path">The log.</param>
    /// <param name="at">Where to begin; null for the end of the log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LogWindow> ReadAsync(string path, long? at, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return new LogWindow([], 0, 0, 0);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        var length = file.Length;
        var start = Math.Clamp(at ?? (length - Bytes), 0, length);

        // One byte more in front tells whether a line begins here.
        var before = start > 0 ? 1 : 0;
        file.Seek(start - before, SeekOrigin.Begin);
        var buffer = new byte[Bytes + before];
        var read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Cut(buffer.AsSpan(0, read), start - before, before > 0, length);
    }

    private static LogWindow Cut(ReadOnlySpan<byte> bytes, long offset, bool inside, long length)
    {
        var first = inside ? bytes.IndexOf((byte)'\n') + 1 : 0;
        var end = bytes.LastIndexOf((byte)'\n') + 1;
        if (end <= first)
            return new LogWindow([], offset + first, offset + bytes.Length, length);
        List<(long, JobLogLine)> lines = [];
        for (var at = first; at < end;)
        {
            var next = at + bytes[at..].IndexOf((byte)'\n');
            lines.Add((offset + at, JobLogLine.Parse(bytes[at..next].TrimEnd((byte)'\r'))));
            at = next + 1;
        }

        return new LogWindow(lines, offset + first, offset + end, length);
    }
}
