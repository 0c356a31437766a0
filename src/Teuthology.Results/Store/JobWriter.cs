using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Npgsql;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>
/// Writes changes of jobs. Those that come while others are on their way to the disk share the next transaction: a commit costs the same for one
/// as for a hundred.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="time">Clock and zone.</param>
/// <param name="written">Called after each commit; others hear of it with the commit.</param>
internal sealed class JobWriter(SqlDatabase database, TimeProvider time, Action written) : IAsyncDisposable
{
    private const int MostAtOnce = 200;

    private readonly Channel<JobWrite> _writes = Channel.CreateUnbounded<JobWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _starting = new();
    private Task? _writing;

    /// <summary>Writes a change; once it is on its way it cannot be called off.</summary>
    public async Task<JobSaved> WriteAsync(JobWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_writes.Writer.TryWrite(write))
            throw new ObjectDisposedException(nameof(ResultsStore));
        lock (_starting)
            _writing ??= Task.Run(RunAsync, CancellationToken.None);
        return await write.Done.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        if (_writing is { } writing)
            await writing;
    }

    private async Task RunAsync()
    {
        List<JobWrite> batch = [];
        while (await _writes.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostAtOnce && _writes.Reader.TryRead(out var write))
                batch.Add(write);
            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(IReadOnlyList<JobWrite> batch)
    {
        try
        {
            var saved = await database.CommitAsync(
                (connection, transaction) => new JobBatch(connection, transaction, ResultsDialect.Of(database), database.TransactionNumber, time).RunAsync(batch, CancellationToken.None),
                CancellationToken.None);
            foreach (var (write, result) in batch.Zip(saved))
                write.Succeed(result);
        }
        catch (Exception failure) when (batch.Count > 1 && IsOfOne(failure))
        {
            // One of them is to blame, or somebody deleted its run meanwhile: the others shall not suffer for it.
            foreach (var write in batch)
                await WriteAsync([write]);
            return;
        }
        catch (Exception failure)
        {
            foreach (var write in batch)
                write.Fail(failure);
            return;
        }

        written();
    }

    // 22: a value; 23: a rule of the tables.
    private static bool IsOfOne(Exception failure) => (failure.InnerException ?? failure) is PostgresException { SqlState: ['2', '2' or '3', ..] } or SqliteException { SqliteErrorCode: 19 };
}
