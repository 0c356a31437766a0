namespace Teuthology.Results;

/// <summary>A line of a log, taken apart.</summary>
/// <param name="Host">Short name of the machine it is about; empty for the controller.</param>
/// <param name="Source">Stream, logger or file.</param>
/// <param name="Text">What it says.</param>
public sealed record LogLine(string Host, string Source, string Text)
{
    private const string Output = "INFO:teuthology.orchestra.run.";
    private const string Run = "DEBUG:teuthology.orchestra.run:";

    /// <summary>Takes a line of teuthology.log apart: the host and stream whose output it is, else the logger.</summary>
    /// <param name="text">The line behind its time.</param>
    public static LogLine OfJobLog(string text)
    {
        if (text.StartsWith(Output, StringComparison.Ordinal) && text.IndexOf(':', Output.Length) is var colon and > 0
            && text.AsSpan(Output.Length, colon - Output.Length).LastIndexOf('.') is var dot and > 0)
            return new LogLine(text.Substring(Output.Length, dot), text[(Output.Length + dot + 1)..colon], text[(colon + 1)..]);
        if (text.StartsWith(Run, StringComparison.Ordinal) && text.IndexOf("> ", Run.Length, StringComparison.Ordinal) is var end and > 0
            && !text.AsSpan(Run.Length, end - Run.Length).Contains(' '))
            return new LogLine(text[Run.Length..end], "run", text[(end + 2)..]);
        var logger = text.IndexOf(':');
        var message = logger < 0 ? -1 : text.IndexOf(':', logger + 1);
        if (message < 0)
            return new LogLine("", "", text);
        var name = text[(logger + 1)..message];
        return new LogLine("", name.StartsWith("teuthology.", StringComparison.Ordinal) ? name["teuthology.".Length..] : name, text[(message + 1)..]);
    }
}
