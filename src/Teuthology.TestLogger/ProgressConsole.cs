namespace Teuthology.TestLogger;

/// <summary>Writes lines of progress, coloured by what they tell.</summary>
/// <param name="output">The console.</param>
/// <param name="colours">Whether it shows colours.</param>
internal sealed class ProgressConsole(TextWriter output, bool colours)
{
    private readonly Lock _gate = new();

    /// <summary>Writes one line.</summary>
    /// <param name="kind">What it tells.</param>
    /// <param name="text">The line.</param>
    public void Write(ProgressKind kind, string text)
    {
        var (sign, colour) = kind switch
        {
            ProgressKind.Start => ("start ", "1"),
            ProgressKind.Waiting => ("wait  ", "33"),
            ProgressKind.Task => ("task  ", "36"),
            ProgressKind.Unwind => ("unwind", "2"),
            ProgressKind.Passed => ("PASS  ", "32"),
            ProgressKind.Failed => ("FAIL  ", "31"),
            ProgressKind.Skipped => ("SKIP  ", "33"),
            ProgressKind.Run => ("run   ", "1"),
            _ => ("", ""),
        };
        if (sign.Length == 0)
            return;
        var line = colours ? $"\e[{colour}m{sign}\e[0m {text}" : $"{sign} {text}";
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
