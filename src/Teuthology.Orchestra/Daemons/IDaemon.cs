namespace Teuthology.Orchestra;

/// <summary>A long-running program of a job, whoever keeps it; upstream's <c>DaemonState</c>.</summary>
public interface IDaemon : IAsyncDisposable
{
    /// <summary>Its role in full, such as <c>osd.0</c>.</summary>
    string Role { get; }

    /// <summary>Where it runs.</summary>
    Remote Remote { get; }

    /// <summary>Whether it is meant to run and, as far as is known, does.</summary>
    /// <param name="ct">Gives up.</param>
    Task<bool> IsRunningAsync(CancellationToken ct);

    /// <summary>Starts it.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be started.</exception>
    Task StartAsync(CancellationToken ct);

    /// <summary>Stops it and waits until it has ended.</summary>
    /// <param name="timeout">How long it may take; upstream's default is 300 s.</param>
    /// <param name="ct">Gives up waiting; it may then still run.</param>
    /// <exception cref="TeuthologyException">It cannot be stopped.</exception>
    Task StopAsync(TimeSpan timeout, CancellationToken ct);

    /// <summary>Ends it at once, without asking it.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">The host cannot be reached.</exception>
    Task KillAsync(CancellationToken ct);

    /// <summary>Stops it if it runs, and starts it.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be started.</exception>
    Task RestartAsync(CancellationToken ct);

    /// <summary>Restarts it with further arguments, this once; upstream's <c>restart_with_args</c>.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be started, or takes no arguments.</exception>
    Task RestartWithAsync(IReadOnlyList<string> arguments, CancellationToken ct);

    /// <summary>Sends it a signal.</summary>
    /// <param name="signal">Its number, such as 1 for HUP.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It does not run, or the host cannot be reached.</exception>
    Task SignalAsync(int signal, CancellationToken ct);

    /// <summary>Null while it runs, else the status it ended with.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It ended with another status than 0.</exception>
    Task<int?> CheckStatusAsync(CancellationToken ct);

    /// <summary>Waits until it ends by itself.</summary>
    /// <param name="timeout">How long; upstream's default is 300 s.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="PollExhaustedException">It still runs.</exception>
    /// <exception cref="CommandFailedException">It ended with another status than 0.</exception>
    Task WaitAsync(TimeSpan timeout, CancellationToken ct);
}
