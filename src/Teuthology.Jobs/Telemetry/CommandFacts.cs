namespace Teuthology.Jobs;

/// <summary>What is known of a remote command at its end.</summary>
internal readonly record struct CommandFacts
{
    private CommandFacts(IReadOnlyList<KeyValuePair<string, object?>> facts)
    {
        foreach (var (key, value) in facts)
        {
            switch (key)
            {
                case "Host": Host = value as string ?? ""; break;
                case "Label": Label = (value as string)?.Replace("> ", "") is { Length: > 0 } label ? label : null; break;
                case "Outcome": Outcome = value as string ?? ""; break;
                case "Seconds": Seconds = value is double seconds ? seconds : 0; break;
                case "Command": Text = value as string ?? ""; break;
                case "exitStatus": ExitStatus = value as int?; break;
                case "signal": Signal = value as string; break;
                case "stdoutBytes": StdoutBytes = value is long stdout ? stdout : 0; break;
                case "stderrBytes": StderrBytes = value is long stderr ? stderr : 0; break;
                default: break; // the text of the message
            }
        }
    }

    public string Host { get; } = "";

    public string? Label { get; }

    public string Text { get; } = "";

    /// <summary>In words: <c>status 1</c>, <c>signal KILL</c>, <c>connection lost</c>.</summary>
    public string Outcome { get; } = "";

    public double Seconds { get; }

    public int? ExitStatus { get; }

    public string? Signal { get; }

    public long StdoutBytes { get; }

    public long StderrBytes { get; }

    /// <summary>First word of the command.</summary>
    public string Program => Text.AsSpan().IndexOfAny(' ', '\n') is var end and > 0 ? Text[..end] : Text;

    /// <summary>What went wrong, in few words; null for status 0.</summary>
    public string? Error => ExitStatus == 0 ? null : ExitStatus is { } status ? $"status {status}" : Signal is null ? "connection lost" : $"signal {Signal}";

    /// <summary>Reads the record that remotes log at a command's end; false for other records.</summary>
    public static bool TryRead(string? eventName, object? state, out CommandFacts facts)
    {
        facts = default;
        if (eventName != "CommandEnded" || state is not IReadOnlyList<KeyValuePair<string, object?>> list)
            return false;
        facts = new CommandFacts(list);
        return true;
    }
}
