namespace Teuthology.Orchestra;

/// <summary>A command on a connection.</summary>
internal interface IShellCommand : IDisposable
{
    /// <summary>Ends when the command has ended and all its output was delivered; fails with <see cref="ShellLostException"/> only.</summary>
    Task<ShellExit> Completion { get; }

    /// <summary>The exit status if the command itself has ended, also while others still hold its output open.</summary>
    ShellExit? ExitSoFar { get; }

    /// <summary>What the guardian names it by: directory of the lane and number; null for a session of its own.</summary>
    string? Place => null;

    /// <summary>Standard input; disposing it tells end of file. Writes block a thread while the command does not read.</summary>
    Stream OpenStdin();
}
