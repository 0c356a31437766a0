namespace Teuthology.Orchestra;

/// <summary>How a command ended.</summary>
/// <param name="ExitStatus">0 to 255, or -1 for a command that a signal or a lost connection ended.</param>
/// <param name="Stdout">Standard output, invalid UTF-8 replaced; of much output only the tail, see <see cref="StdoutDropped"/>.</param>
/// <param name="Stderr">Standard error in the same manner.</param>
public sealed record CommandResult(int ExitStatus, string Stdout, string Stderr)
{
    /// <summary>Name of the signal that ended the command (<c>KILL</c>, <c>SEGV</c>), else null.</summary>
    public string? Signal { get; init; }

    /// <summary>The connection was lost under it; only where <see cref="RemoteCommand.CheckConnection"/> is false.</summary>
    public bool ConnectionLost { get; init; }

    /// <summary>Bytes missing at the front of <see cref="Stdout"/>.</summary>
    public long StdoutDropped { get; init; }

    /// <summary>Bytes missing at the front of <see cref="Stderr"/>.</summary>
    public long StderrDropped { get; init; }

    /// <summary>Time from start to end.</summary>
    public TimeSpan Duration { get; init; }
}
