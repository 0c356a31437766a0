namespace Teuthology.Orchestra;

/// <summary>One open connection to a host on which commands run side by side.</summary>
internal interface IRemoteShell : IAsyncDisposable
{
    /// <summary>False once the connection is lost or closed; it never comes back.</summary>
    bool IsConnected { get; }

    /// <summary>Starts a command line in the user's login shell.</summary>
    /// <param name="commandLine">The command line.</param>
    /// <param name="stdout">Is written to as output comes, on the connection's reader.</param>
    /// <param name="stderr">Likewise.</param>
    /// <param name="ct">Gives up before it is started.</param>
    /// <exception cref="ShellLostException">The connection is gone.</exception>
    Task<IShellCommand> StartAsync(string commandLine, Stream stdout, Stream stderr, CancellationToken ct);
}
