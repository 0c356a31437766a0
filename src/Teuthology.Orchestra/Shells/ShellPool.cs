using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>
/// The connections to one host. Commands take a session of the first connection that has one; they queue when all are taken, and a
/// further connection is opened when they have waited for long. A connection that was lost is replaced by the next command.
/// </summary>
internal sealed class ShellPool(string host, Func<CancellationToken, Task<IRemoteShell>> dial, RemoteOptions options, ILogger log) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<Line> lines = [];
    private readonly List<Line> retired = [];
    private readonly LinkedList<TaskCompletionSource<ShellLease?>> queue = [];
    private readonly SemaphoreSlim dialing = new(1);
    private bool disposed;

    public bool IsConnected => Live() is not null;

    /// <summary>A connection that is open, or null.</summary>
    public IRemoteShell? Open => Live();

    /// <summary>Opens a connection unless one is open.</summary>
    public async Task<IRemoteShell> ConnectAsync(CancellationToken ct)
    {
        if (Live() is { } open)
            return open;
        await dialing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return Live() ?? await DialAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            dialing.Release();
        }
    }

    /// <summary>A session for a command; queues while there is none.</summary>
    public async Task<ShellLease> AcquireAsync(CancellationToken ct)
    {
        while (true)
        {
            await ConnectAsync(ct).ConfigureAwait(false);
            LinkedListNode<TaskCompletionSource<ShellLease?>> place;
            lock (gate)
            {
                if (lines.Find(l => l.Used < options.MaxSessions && l.Shell.IsConnected) is { } line)
                    return Take(line);
                place = queue.AddLast(new TaskCompletionSource<ShellLease?>(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            if (await QueueAsync(place, ct).ConfigureAwait(false) is { } handedOver)
                return handedOver;
        }
    }

    public void Release(Line line)
    {
        TaskCompletionSource<ShellLease?>? next = null;
        var over = false;
        lock (gate)
        {
            line.Used--;
            over = line.Retired && line.Used == 0;
            if (!line.Retired && line.Shell.IsConnected && queue.First is { } first)
            {
                queue.RemoveFirst();
                line.Used++;
                next = first.Value;
            }
        }

        next?.SetResult(new ShellLease(this, line));
        if (over)
            _ = line.Shell.DisposeAsync().AsTask();
    }

    /// <summary>Gives no more sessions of the connections there are; each is closed when its last command has ended.</summary>
    public async Task RetireAsync()
    {
        List<Line> unused;
        lock (gate)
        {
            foreach (var line in lines)
                line.Retired = true;
            unused = lines.FindAll(line => line.Used == 0);
            retired.AddRange(lines.Where(line => line.Used > 0));
            retired.RemoveAll(line => line.Used == 0);
            lines.Clear();
        }

        foreach (var line in unused)
            await line.Shell.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        List<Line> open;
        List<TaskCompletionSource<ShellLease?>> waiting;
        lock (gate)
        {
            disposed = true;
            (open, waiting) = ([.. lines, .. retired], [.. queue]);
            lines.Clear();
            retired.Clear();
            queue.Clear();
        }

        foreach (var waiter in waiting)
            waiter.SetResult(null);
        foreach (var line in open)
            await line.Shell.DisposeAsync().ConfigureAwait(false);
    }

    private IRemoteShell? Live()
    {
        lock (gate)
            return lines.Find(line => line.Shell.IsConnected)?.Shell;
    }

    private ShellLease Take(Line line)
    {
        line.Used++;
        return new ShellLease(this, line);
    }

    private async Task<ShellLease?> QueueAsync(LinkedListNode<TaskCompletionSource<ShellLease?>> place, CancellationToken ct)
    {
        var handedOver = place.Value.Task;
        try
        {
            while (true)
            {
                try
                {
                    return await handedOver.WaitAsync(options.QueuePatience, options.Time, ct).ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                    await GrowAsync(ct).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            bool left;
            lock (gate)
            {
                left = place.List is null;
                if (!left)
                    queue.Remove(place);
            }

            // Handed over in the moment we gave up: pass it on.
            if (left)
                (await handedOver.ConfigureAwait(false))?.Dispose();
            throw;
        }
    }

    private async Task GrowAsync(CancellationToken ct)
    {
        await dialing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            int live;
            lock (gate)
                live = queue.Count == 0 ? int.MaxValue : lines.Count(line => line.Shell.IsConnected);
            if (live >= options.MaxConnections)
                return;
            try
            {
                await DialAsync(ct).ConfigureAwait(false);
                RemoteLog.Grown(log, host, live + 1);
            }
            catch (TeuthologyException error) when (live > 0)
            {
                RemoteLog.NotGrown(log, host, error.Message);
            }
        }
        finally
        {
            dialing.Release();
        }
    }

    private async Task<IRemoteShell> DialAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        List<Line> lost;
        lock (gate)
        {
            lost = lines.FindAll(line => !line.Shell.IsConnected);
            lines.RemoveAll(lost.Contains);
        }

        foreach (var line in lost)
            await line.Shell.DisposeAsync().ConfigureAwait(false);
        var opened = new Line(await dial(ct).ConfigureAwait(false));
        var served = new List<(TaskCompletionSource<ShellLease?> Waiter, ShellLease Lease)>();
        lock (gate)
        {
            lines.Add(opened);
            while (queue.First is { } first && opened.Used < options.MaxSessions)
            {
                queue.RemoveFirst();
                served.Add((first.Value, Take(opened)));
            }
        }

        foreach (var (waiter, lease) in served)
            waiter.SetResult(lease);
        return opened.Shell;
    }

    /// <summary>A connection and how many of its sessions are taken.</summary>
    internal sealed class Line(IRemoteShell shell)
    {
        public IRemoteShell Shell => shell;

        public int Used { get; set; }

        public bool Retired { get; set; }
    }
}
