using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Upstream's further methods of consoles, made of those of <see cref="IConsole"/>.</summary>
public static class ConsoleOrders
{
    /// <summary>Whether the machine is up, as its console shows it; upstream's <c>check_status</c>.</summary>
    /// <param name="console">The console.</param>
    /// <param name="timeout">How long it may take to say so; null is the console's own patience.</param>
    /// <param name="log">Is told why not (<c>Failed to get ipmi console status</c>).</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<bool> CheckStatusAsync(this IConsole console, TimeSpan? timeout, ILogger log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(console);
        try
        {
            await console.WaitForLoginAsync(timeout, ct);
            return true;
        }
        catch (TeuthologyException error)
        {
            RemoteLog.Failed(log, "Failed to get ipmi console status", error);
            return false;
        }
    }

    /// <summary>Switches it on.</summary>
    /// <param name="console">The console.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException"><c>Failed to power on HOST in Ns</c>.</exception>
    public static Task PowerOnAsync(this IConsole console, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(console);
        return console.SetPowerAsync(on: true, ct);
    }

    /// <summary>Switches it off; that it cannot be is no error but goes to the log, as upstream.</summary>
    /// <param name="console">The console.</param>
    /// <param name="log">Is told why not.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether it is off.</returns>
    public static async Task<bool> PowerOffAsync(this IConsole console, ILogger log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(console);
        try
        {
            await console.SetPowerAsync(on: false, ct);
            return true;
        }
        catch (TeuthologyException error)
        {
            RemoteLog.Warn(log, error.Message);
            return false;
        }
    }

    /// <summary>Asks every four seconds whether the power is in a state; upstream's <c>check_power_retries</c>.</summary>
    /// <param name="console">The console.</param>
    /// <param name="on">On or off.</param>
    /// <param name="poll">How often and how long.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>False when it was not within that time.</returns>
    public static Task<bool> CheckPowerAsync(this IConsole console, bool on, Poll poll, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(poll);
        return (poll with { Action = $"wait for power {(on ? "on" : "off")}" }).TryUntilAsync(token => console.IsPowerAsync(on, token), ct);
    }
}
