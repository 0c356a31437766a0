using System.Data.Common;
using System.Runtime.CompilerServices;
using Teuthology.Lab;
using Teuthology.Sql;

namespace Teuthology.Scheduling;

/// <summary>
/// The queue in a SQLite file of this host, or in a PostgreSQL database that several hosts share. Whoever takes a job has it under a lease: it is renewed
/// while the job runs, and what is not renewed, or belonged to a process of this host that is gone, goes back to its place. Every change is one statement
/// that decides and writes at once, so that two workers never have the same job.
/// </summary>
public sealed class StoreQueue : IJobQueue
{
    /// <summary>How long the queue remembers jobs that are over.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetPeriod = TimeSpan.FromHours(1);

    private readonly SqlDatabase _database;
    private readonly QueueSql _sql;
    private readonly QueuePolicy _policy;
    private readonly TimeProvider _time;
    private readonly ChangeSignal _put = new();
    private long _swept;
    private long _forgot;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="place">A SQLite file, or a PostgreSQL database as <see cref="StorePlace"/> reads it.</param>
    /// <param name="policy">What becomes of a dead worker's job; null for the usual.</param>
    /// <param name="time">Clock of waits, and of leases in a file; a PostgreSQL server's own counts there.</param>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    public StoreQueue(string place, QueuePolicy? policy, TimeProvider time)
    {
        (_policy, _time) = (policy ?? new QueuePolicy(), time);
        if (PostgresPlace.Is(place))
        {
            _database = new PostgresDatabase(place, QueueSchema.Tables, time);
            _sql = new QueueSql(() => $"(SELECT CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT))", isPostgres: true);
        }
        else
        {
            StoreClock? clock = null;
            _database = new SqliteDatabase(place, QueueSchema.Tables) { Opened = async (connection, ct) => clock = await StoreClock.OpenAsync(connection, time, ct) };
            _sql = new QueueSql(() => $"{clock!.Now}", isPostgres: false);
        }
    }

    /// <inheritdoc/>
    public string Place => _database.Place;

    /// <inheritdoc/>
    public async Task<string> PutAsync(NewQueueJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfNegative(job.Priority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(job.Priority, uint.MaxValue);
        cancellationToken.ThrowIfCancellationRequested();
        var request = Guid.NewGuid().ToString("N");
        var text = QueueText.Write(job.Document);
        var id = await _database.WriteAsync(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(QueueSql.Know(job.Tube), transaction, CancellationToken.None);
                return (await connection.QueryAsync(_sql.Put(job, text, request), row => row.GetInt64(0), transaction, CancellationToken.None))[0];
            },
            CancellationToken.None);
        _put.Signal();
        return QueueNumber.Write(id);
    }

    /// <inheritdoc/>
    public async Task<QueueClaim?> TakeAsync(string tube, string worker, TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var look = FirstLook; ; look = look * 2 < LongestLook ? look * 2 : LongestLook)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var put = _put.Next;
            await SweepAsync(cancellationToken);
            if (await TakeNowAsync(tube, worker) is { } claim)
                return claim;
            var left = wait - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return null;
            await Task.WhenAny(put, Task.Delay(left < look ? left : look, _time, cancellationToken));
        }
    }

    /// <inheritdoc/>
    public Task<bool> RenewAsync(QueueClaim claim, CancellationToken cancellationToken) => ChangeAsync(() => _sql.Renew(claim, _policy.Lease), cancellationToken);

    /// <inheritdoc/>
    // The answer to the first try may have been lost: what ended under this fence was ended by this worker.
    public async Task<bool> FinishAsync(QueueClaim claim, CancellationToken cancellationToken) =>
        await ChangeAsync(() => _sql.Finish(claim), cancellationToken) || await ChangeAsync(() => QueueSql.Finished(claim), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReturnAsync(QueueClaim claim, string reason, bool isTry, CancellationToken cancellationToken)
    {
        var returned = await ChangeAsync(() => _sql.Return(claim, reason, isTry), cancellationToken);
        _put.Signal();
        return returned;
    }

    /// <inheritdoc/>
    public Task<bool> HandOverAsync(QueueClaim claim, CancellationToken cancellationToken) => RenewAsync(claim, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AdoptAsync(QueueClaim claim, string worker, CancellationToken cancellationToken) =>
        ChangeAsync(() => _sql.Adopt(claim, QueueHistory.Clean(worker), ControllerProcess.Current.ToString(), _policy.Lease), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueEntry>> ListAsync(QueueQuery query, CancellationToken cancellationToken)
    {
        // Stable: those in hand are before those that wait.
        var found = (await _database.QueryAsync(() => QueueSql.List(query), Entry, cancellationToken)).OrderBy(entry => entry.Tube, StringComparer.Ordinal);
        var entries = found.Take(query.Count ?? int.MaxValue).ToList();
        if (query.RunName is not null)
            return entries;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is { Worker: null } waiting)
                entries[i] = waiting with { Position = places[waiting.Tube] = places.GetValueOrDefault(waiting.Tube) + 1 };
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueAttempt>> HistoryAsync(string id, CancellationToken cancellationToken)
    {
        var known = await _database.QueryAsync(
            () => QueueSql.History(QueueNumber.Read(id)),
            row =>
            {
                var attempts = QueueHistory.Read(row.Text("history")!).ToList();
                if (row.Text("worker") is { } worker)
                    attempts.Add(new QueueAttempt((int)row.Whole("attempts")!.Value, worker, QueueHistory.Time(row.Whole("taken_at")!.Value), null, null));
                return attempts;
            },
            cancellationToken);
        return known is [var attempts] ? attempts : [];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TubeState>> TubesAsync(CancellationToken cancellationToken) => await _database.QueryAsync(
        _sql.Tubes,
        row => new TubeState(row.Text("name")!, Convert.ToInt64(row["waiting"]), Convert.ToInt64(row["in_hand"]), Convert.ToInt64(row["paused"]) == 0
            ? null
            : new QueuePause(row.Text("paused_by"), row.Text("reason"), row.Whole("paused_until") is { } until ? QueueHistory.Time(until) : null)),
        cancellationToken);

    /// <inheritdoc/>
    public Task PauseAsync(string tube, QueuePause pause, CancellationToken cancellationToken) => _database.ExecuteAsync(() => QueueSql.Pause(tube, pause), cancellationToken);

    /// <inheritdoc/>
    public async Task ResumeAsync(string tube, CancellationToken cancellationToken)
    {
        await _database.ExecuteAsync(() => QueueSql.Resume(tube), cancellationToken);
        _put.Signal();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        List<string> deleted = [];
        foreach (var id in ids)
        {
            if (await ChangeAsync(() => _sql.Delete(QueueNumber.Read(id), "deleted"), cancellationToken))
                deleted.Add(id);
        }

        return deleted;
    }

    /// <summary>Closes the database.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    // Once it runs it must not be called off: nobody would know what it took.
    private async Task<QueueClaim?> TakeNowAsync(string tube, string worker)
    {
        var claim = Guid.NewGuid().ToString("N");
        var tried = false;
        var taken = await _database.WriteAsync(
            async (connection, transaction) =>
            {
                if (tried && await connection.QueryAsync(QueueSql.Taken(claim), Claim, transaction, CancellationToken.None) is [var before])
                    return before;
                tried = true;
                return (await connection.QueryAsync(
                    _sql.Take(tube, QueueHistory.Clean(worker), ControllerProcess.Current.ToString(), claim, _policy.Lease), Claim, transaction, CancellationToken.None)).FirstOrDefault();
            },
            CancellationToken.None);
        return taken is null ? null : taken with { IsSpent = taken.Attempt > _policy.Attempts };
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (!IsDue(ref _swept, SweepPeriod))
            return;
        await _database.ExecuteAsync(_sql.Expire, cancellationToken);
        foreach (var process in await _database.QueryAsync(() => QueueSql.Processes, row => row.GetString(0), cancellationToken))
        {
            if (ControllerProcess.TryParse(process, out var known) && (_database.IsOneHost ? known.IsDead : known.IsDeadHere))
                await _database.ExecuteAsync(() => _sql.ExpireProcess(process), cancellationToken);
        }

        if (IsDue(ref _forgot, ForgetPeriod))
            await _database.ExecuteAsync(() => _sql.Forget(Memory), cancellationToken);
    }

    private bool IsDue(ref long last, TimeSpan period)
    {
        var before = Interlocked.Read(ref last);
        return (before == 0 || _time.GetElapsedTime(before) >= period) && Interlocked.CompareExchange(ref last, _time.GetTimestamp(), before) == before;
    }

    private async Task<bool> ChangeAsync(Func<FormattableString> sql, CancellationToken cancellationToken) =>
        (await _database.QueryAsync(sql, row => row.GetInt64(0), cancellationToken)).Count > 0;

    private static QueueClaim Claim(DbDataReader row) => new(
        QueueNumber.Write(row.Whole("id")!.Value), row.Text("tube")!, row.Whole("priority")!.Value, QueueText.Read(row.Text("document")!),
        (int)row.Whole("attempts")!.Value, row.Whole("fence")!.Value);

    private static QueueEntry Entry(DbDataReader row) => new()
    {
        Id = QueueNumber.Write(row.Whole("id")!.Value),
        Tube = row.Text("tube")!,
        Priority = row.Whole("priority")!.Value,
        RunName = row.Text("run")!,
        Description = row.Text("description"),
        Text = row.Text("document")!,
        Since = QueueHistory.Time(row.Whole("since")!.Value),
        Attempts = (int)row.Whole("attempts")!.Value,
        Worker = row.Text("worker"),
        Position = (int?)row.Whole("place"),
        TakenAt = row.Whole("taken_at") is { } taken ? QueueHistory.Time(taken) : null,
    };
}
