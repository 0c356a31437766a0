using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Numbers the changes of a store, those of others included, and wakes who waits for the next.</summary>
/// <param name="database">The database.</param>
/// <param name="time">Paces the looks at a file.</param>
internal sealed class ChangeWatch(SqlDatabase database, TimeProvider time)
{
    // A file tells nobody: one looks, which costs microseconds.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ChangeSignal _changes = new();
    private long _heard;

    /// <summary>Something here was written.</summary>
    public void Tell()
    {
        Interlocked.Increment(ref _heard);
        _changes.Signal();
    }

    /// <summary>A number that is another one after every change.</summary>
    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await database.ListenAsync(Tell, cancellationToken);
        var others = await database.VersionAsync(cancellationToken);
        return (Interlocked.Read(ref _heard) << 20) + others;
    }

    /// <summary>Waits until the number is another one, or the time is over.</summary>
    /// <returns>The number.</returns>
    public async Task<long> WaitAsync(long version, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (; ;)
        {
            var next = _changes.Next;
            var now = await VersionAsync(cancellationToken);
            var left = atMost - time.GetElapsedTime(began);
            if (now != version || left <= TimeSpan.Zero)
                return now;
            var longest = database.IsOneHost ? Look : Patience;
            var pause = left < longest ? left : longest;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(next, Task.Delay(pause, time, ended.Token));
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
