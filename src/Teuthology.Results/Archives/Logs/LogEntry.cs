using System.Text;

namespace Teuthology.Results;

/// <summary>One line of the merged logs. Its text is good until the next one is asked for.</summary>
public readonly struct LogEntry
{
    private readonly LogSource _source;

    internal LogEntry(LogSource source)
    {
        _source = source;
        Severity = Continues ? LogSeverity.Continued : LogSeverity.Of(source.Text.Span, IsJobLog);
    }

    /// <summary>UTC; that of the line before when it has none of its own.</summary>
    public DateTime Time => _source.Time;

    /// <summary>The file.</summary>
    public LogFile File => _source.File;

    /// <summary>Number of the line in its file, from 1.</summary>
    public long Number => _source.Number;

    /// <summary>Whether it goes on with the line before.</summary>
    public bool Continues => _source.Continues;

    /// <summary>How bad it is.</summary>
    public LogSeverity Severity { get; }

    private bool IsJobLog => _source.File.Host.Length == 0;

    /// <summary>The line behind its time.</summary>
    public string Text => Encoding.UTF8.GetString(_source.Text.Span) + (_source.Cut ? " …(the rest of the line is left out)" : "");

    /// <summary>
    /// Who speaks and what: of a line of teuthology.log the host and stream whose output it is, else the logger; of other logs the file.
    /// </summary>
    public LogLine Split()
    {
        var text = Text;
        if (!IsJobLog || Continues)
            return new LogLine(File.Host, IsJobLog ? "" : File.Name, text);
        return LogLine.OfJobLog(text);
    }
}
