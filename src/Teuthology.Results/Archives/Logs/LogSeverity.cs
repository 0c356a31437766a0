namespace Teuthology.Results;

/// <summary>How bad a line of a log is.</summary>
public readonly record struct LogSeverity
{
    private LogSeverity(string name) => Name = name;

    /// <summary>debug, info, warning or error; empty for a line that goes on with the one before.</summary>
    public string Name { get; }

    /// <summary>A line that goes on with the one before.</summary>
    public static LogSeverity Continued { get; } = new("");

    /// <summary>For those who look closely.</summary>
    public static LogSeverity Debug { get; } = new("debug");

    /// <summary>What happens.</summary>
    public static LogSeverity Info { get; } = new("info");

    /// <summary>It may be bad.</summary>
    public static LogSeverity Warning { get; } = new("warning");

    /// <summary>It is bad.</summary>
    public static LogSeverity Error { get; } = new("error");

    /// <summary>Reads the level off a line.</summary>
    /// <param name="text">The line behind its time.</param>
    /// <param name="jobLog">Whether it is of teuthology.log; else Ceph's forms are known: the thread's priority, and <c>[ERR]</c>.</param>
    public static LogSeverity Of(ReadOnlySpan<byte> text, bool jobLog)
    {
        if (jobLog)
        {
            return text.StartsWith("DEBUG:"u8) ? Debug
                : text.StartsWith("WARNING:"u8) ? Warning
                : text.StartsWith("ERROR:"u8) || text.StartsWith("CRITICAL:"u8) ? Error
                : Info;
        }

        var head = text[..Math.Min(text.Length, 200)];
        if (head.IndexOf("[ERR]"u8) >= 0 || head.IndexOf("[SEC]"u8) >= 0)
            return Error;
        if (head.IndexOf("[WRN]"u8) >= 0)
            return Warning;
        var space = head.IndexOf((byte)' ');
        if (space < 1 || head[..space].IndexOfAnyExceptInRange((byte)'0', (byte)'f') >= 0)
            return Info;
        var priority = head[space..].TrimStart((byte)' ');
        return priority.StartsWith("-1 "u8) ? Error
            : priority.Length > 1 && priority[0] is >= (byte)'0' and <= (byte)'9' && !(priority[0] <= '5' && priority[1] == ' ') ? Debug
            : Info;
    }
}
