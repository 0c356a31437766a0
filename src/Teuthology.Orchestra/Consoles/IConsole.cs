namespace Teuthology.Orchestra;

/// <summary>The console and the power switch of a machine, reached without its operating system.</summary>
public interface IConsole
{
    /// <summary>Whether the power is in a state now.</summary>
    /// <param name="on">On or off.</param>
    /// <param name="ct">Gives up.</param>
    Task<bool> IsPowerAsync(bool on, CancellationToken ct);

    /// <summary>Switches the power, and waits until it is so.</summary>
    /// <param name="on">On or off.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException"><c>Failed to power STATE HOST in Ns</c>.</exception>
    Task SetPowerAsync(bool on, CancellationToken ct);

    /// <summary>Off and on again, without asking the system.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be switched.</exception>
    Task PowerCycleAsync(CancellationToken ct);

    /// <summary>Writes what the console shows to a file until disposed.</summary>
    /// <param name="path">The file, here.</param>
    /// <exception cref="TeuthologyException">The console cannot be reached.</exception>
    IAsyncDisposable LogTo(string path);
}
