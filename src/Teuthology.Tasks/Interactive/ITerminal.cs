namespace Teuthology.Tasks;

/// <summary>Where a person sits, if one does.</summary>
public interface ITerminal
{
    /// <summary>True when both sides are a terminal.</summary>
    bool IsInteractive { get; }

    /// <summary>Writes a line.</summary>
    /// <param name="text">The line.</param>
    void WriteLine(string text);

    /// <summary>Asks for a line; null at end of input.</summary>
    /// <param name="prompt">Shown before it.</param>
    /// <param name="cancellationToken">Gives up; the line typed later is lost.</param>
    Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken);

    /// <summary>Waits until no other job holds the terminal, and holds it until disposed.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IDisposable> HoldAsync(CancellationToken cancellationToken);
}
