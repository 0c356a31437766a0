using System.Text;

namespace Teuthology.Orchestra;

/// <summary>The facts of a command that did not end well.</summary>
public sealed record CommandFailure
{
    /// <summary>The command line.</summary>
    public required string Command { get; init; }

    /// <summary>Full name of the host.</summary>
    public required string Host { get; init; }

    /// <summary>The command's label, if any.</summary>
    public string? Label { get; init; }

    /// <summary>The last lines of standard error, or of standard output where that was empty.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>Which stream <see cref="LastLines"/> are from.</summary>
    public string LastLinesFrom { get; init; } = "stderr";

    /// <summary>What else is known: the time it ran, the signal, who stopped it.</summary>
    public string? Note { get; init; }

    internal string On => $"{(Label is null ? "" : $" ({Label})")} on {ShortHost}";

    internal string ShortHost => RemoteName.Short(Host);

    internal string Describe(string firstLine)
    {
        var text = new StringBuilder(firstLine).Append("\nhost: ").Append(Host);
        if (Note is not null)
            text.Append("\nnote: ").Append(Note);
        if (LastLines.Count > 0)
            text.Append("\nlast lines of ").Append(LastLinesFrom).Append(':');
        foreach (var line in LastLines)
            text.Append("\n  ").Append(line);
        return text.ToString();
    }
}
