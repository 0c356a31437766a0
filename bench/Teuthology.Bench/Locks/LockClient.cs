using System.Diagnostics;

namespace Teuthology.Bench;

/// <summary>One of those who lock and unlock.</summary>
public abstract class LockClient : IAsyncDisposable
{
    /// <summary>Locks machines and unlocks them.</summary>
    /// <param name="calls">Takes how long each call took, in milliseconds.</param>
    /// <returns>Whether both were done.</returns>
    public async Task<bool> TurnAsync(List<double> calls)
    {
        var start = Stopwatch.GetTimestamp();
        var names = await LockAsync();
        calls.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        if (names is not { Length: LockLoad.Machines })
            return false;
        start = Stopwatch.GetTimestamp();
        var done = await UnlockAsync(names);
        calls.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return done;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Names of the machines that were locked; null when it was refused.</summary>
    protected abstract Task<string[]?> LockAsync();

    /// <summary>Whether they were unlocked.</summary>
    protected abstract Task<bool> UnlockAsync(string[] names);
}
