namespace Teuthology.Orchestra;

/// <summary>The console and the power switch of a machine, reached without its operating system.</summary>
public interface IConsole
{
    /// <summary>Whether the power is in a state now; upstream's <c>check_power</c>.</summary>
    /// <param name="on">On or off.</param>
    /// <param name="ct">Gives up.</param>
    Task<bool> IsPowerAsync(bool on, CancellationToken ct);

    /// <summary>Switches the power, and waits until it is so; upstream's <c>set_power</c>.</summary>
    /// <param name="on">On or off.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException"><c>Failed to power STATE HOST in Ns</c>.</exception>
    Task SetPowerAsync(bool on, CancellationToken ct);

    /// <summary>Off and on again, without asking the system.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be switched.</exception>
    Task PowerCycleAsync(CancellationToken ct);

    /// <summary>Resets it without switching the power.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be reset.</exception>
    Task HardResetAsync(CancellationToken ct);

    /// <summary>Switches it off, and on again after a time.</summary>
    /// <param name="interval">The time; upstream's default is 30 s.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be switched.</exception>
    Task PowerOffForAsync(TimeSpan interval, CancellationToken ct);

    /// <summary>Waits until the machine has come up, as its console shows it.</summary>
    /// <param name="timeout">How long; null is the console's own patience.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConsoleException"><c>Did not get a login prompt from X!</c></exception>
    Task WaitForLoginAsync(TimeSpan? timeout, CancellationToken ct);

    /// <summary>Writes what the console shows to a file until disposed; upstream's <c>spawn_sol_log</c>.</summary>
    /// <param name="path">The file, here.</param>
    /// <exception cref="TeuthologyException">The console cannot be reached.</exception>
    IAsyncDisposable LogTo(string path);
}
