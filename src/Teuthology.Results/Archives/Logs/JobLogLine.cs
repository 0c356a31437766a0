using System.Text;

namespace Teuthology.Results;

/// <summary>A line of teuthology.log by itself.</summary>
/// <param name="Time">UTC; null when the line has none and so goes on with the one before.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Said">Who says what.</param>
public sealed record JobLogLine(DateTime? Time, LogSeverity Severity, LogLine Said)
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">UTF-8, without its end.</param>
    public static JobLogLine Parse(ReadOnlySpan<byte> line)
    {
        if (!LineTime.TryRead(line, 1970, out var time, out var length))
            return new JobLogLine(null, LogSeverity.Continued, new LogLine("", "", Encoding.UTF8.GetString(line)));
        var text = length < line.Length && line[length] == ' ' ? line[(length + 1)..] : line[length..];
        return new JobLogLine(time, LogSeverity.Of(text, jobLog: true), LogLine.OfJobLog(Encoding.UTF8.GetString(text)));
    }
}
