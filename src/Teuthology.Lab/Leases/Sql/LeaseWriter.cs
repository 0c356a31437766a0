using System.Threading.Channels;

namespace Teuthology.Lab;

/// <summary>
/// Writes changes of machines with their deeds. Those that come while others are on their way share the next transaction; nobody hears of a change
/// before it is committed. Within a transaction one statement follows the other, each sees what those before it did.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="freed">Called after machines became free.</param>
internal sealed class LeaseWriter(LeaseDatabase database, Func<Task> freed) : IAsyncDisposable
{
    private const int MostAtOnce = 64;

    private readonly Channel<LeaseWork> _works = Channel.CreateUnbounded<LeaseWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _starting = new();
    private Task? _writing;

    /// <summary>Writes a change; once it is on its way it cannot be called off.</summary>
    /// <returns>The machines after it; empty when it changed none, and nothing is written then.</returns>
    public Task<List<NodeRecord>> WriteAsync(LeaseWork work)
    {
        if (!_works.Writer.TryWrite(work))
            throw new ObjectDisposedException(nameof(LeaseStore));
        lock (_starting)
            _writing ??= Task.Run(RunAsync);
        return work.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _works.Writer.TryComplete();
        if (_writing is { } writing)
            await writing;
    }

    private async Task RunAsync()
    {
        while (await _works.Reader.WaitToReadAsync())
        {
            List<LeaseWork> batch = [];
            while (batch.Count < MostAtOnce && _works.Reader.TryRead(out var work))
                batch.Add(work);
            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(IReadOnlyList<LeaseWork> batch)
    {
        try
        {
            var changed = await database.ChangeAsync(batch);
            foreach (var (work, nodes) in batch.Zip(changed))
                work.Succeed(nodes);
        }
        catch (Exception failure) when (batch.Count == 1 || failure is not TeuthologyException { Kind: FailureKind.Infrastructure, InnerException: Npgsql.PostgresException or Microsoft.Data.Sqlite.SqliteException })
        {
            foreach (var work in batch)
                work.Fail(failure);
            return;
        }
        catch (TeuthologyException)
        {
            // One of them is to blame; nothing was written, and the others shall not suffer for it.
            foreach (var work in batch)
                await WriteAsync([work]);
            return;
        }

        if (batch.Any(work => work.Frees))
            await freed().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
