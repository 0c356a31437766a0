using System.IO.Compression;

namespace Teuthology.Results;

/// <summary>One log file of an archive, line by line, with a time for each that never goes back.</summary>
internal sealed class LogSource : IDisposable
{
    private const int Patience = 200; // lines without a time until a file counts as one that has none
    private readonly LineReader _lines;
    private readonly int _year;

    private LogSource(LogFile file, LineReader lines, int year)
    {
        File = file;
        _lines = lines;
        _year = year;
    }

    public LogFile File { get; }

    /// <summary>Time of the line; of the one before when it has none.</summary>
    public DateTime Time { get; private set; }

    /// <summary>Whether the line has no time of its own and so belongs to the one before.</summary>
    public bool Continues { get; private set; }

    /// <summary>Number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line behind its time; good until the next one is read.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    public bool Cut => _lines.Cut;

    /// <summary>Opens the file; null when its first lines have no times.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LogSource? Open(LogFile file, int year, bool growing)
    {
        var first = FirstTime(file, year);
        return first is null && !growing ? null : new LogSource(file, Lines(file, growing), year) { Time = first ?? DateTime.MinValue };
    }

    /// <summary>Opens any file for its lines alone.</summary>
    public static LineReader Lines(LogFile file, bool growing)
    {
        Stream stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return new LineReader(file.Path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream, growing);
    }

    public bool Next()
    {
        if (!Read())
            return false;
        Number++;
        var line = _lines.Line;
        Continues = !LineTime.TryRead(line.Span, _year, out var time, out var length);
        if (Continues)
        {
            Text = line;
            return true;
        }

        Time = time > Time ? time : Time;
        Text = length < line.Length && line.Span[length] == ' ' ? line[(length + 1)..] : line[length..];
        return true;
    }

    public void Dispose() => _lines.Dispose();

    private bool Read()
    {
        try
        {
            return _lines.Next();
        }
        catch (InvalidDataException)
        {
            return false; // a log whose compression was cut off ends where it is cut
        }
    }

    private static DateTime? FirstTime(LogFile file, int year)
    {
        using var lines = Lines(file, growing: false);
        try
        {
            for (var i = 0; i < Patience && lines.Next(); i++)
            {
                if (LineTime.TryRead(lines.Line.Span, year, out var time, out _))
                    return time;
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return null;
    }
}
