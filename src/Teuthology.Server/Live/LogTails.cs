namespace Teuthology.Server;

/// <summary>The logs that are watched, one tail for each file however many watch it.</summary>
/// <param name="changes">Tell when to ask whether a job still runs.</param>
/// <param name="time">Clock.</param>
internal sealed class LogTails(StoreChanges changes, TimeProvider time)
{
    private readonly Dictionary<string, (LogTail Tail, CancellationTokenSource Stop)> _tails = new(StringComparer.Ordinal);

    /// <summary>How many files are followed.</summary>
    public int Count
    {
        get
        {
            lock (_tails)
                return _tails.Count;
        }
    }

    /// <summary>The tail of a file; give it back by <see cref="Leave"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="writes">Whether its job still writes to it; that of the first watcher is used.</param>
    public LogTail Join(string path, Func<CancellationToken, Task<bool>> writes)
    {
        lock (_tails)
        {
            if (!_tails.TryGetValue(path, out var entry))
            {
                changes.Join();
                entry = (new LogTail(path, writes, time), new CancellationTokenSource());
                _tails[path] = entry;
                var stop = entry.Stop.Token;
                _ = Task.Run(() => entry.Tail.FollowAsync(stop), stop);
            }

            entry.Tail.Watchers++;
            return entry.Tail;
        }
    }

    /// <summary>Watches no longer; with the last watcher the file is no longer looked at.</summary>
    public void Leave(string path)
    {
        lock (_tails)
        {
            var (tail, stop) = _tails[path];
            if (--tail.Watchers > 0)
                return;
            _tails.Remove(path);
            stop.Cancel();
            stop.Dispose();
            changes.Leave();
        }
    }
}
