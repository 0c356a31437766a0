using System.Data.Common;
using Microsoft.Data.Sqlite;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>A SQLite file: opened on first use, statements run one by one, SQLite's errors told in words.</summary>
internal sealed class SqliteDatabase : LeaseDatabase
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _watching = new();
    private readonly string _file;
    private readonly string _connection;
    private readonly TimeProvider _time;
    private readonly ClockSource _source;
    private bool _ready;
    private SqliteConnection? _watch;

    public SqliteDatabase(string file, TimeProvider time)
        : this(file, time, new ClockSource())
    {
    }

    private SqliteDatabase(string file, TimeProvider time, ClockSource source)
        : base(new SqliteDialect(() => source.Clock!.Now))
    {
        (_file, _time, _source) = (file, time, source);
        _connection = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
    }

    public override string Place => _file;

    public override bool IsOneHost => true;

    public override Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken) =>
        UseAsync(connection => InTurnAsync(sql, statement => connection.ExecuteAsync(statement, null, cancellationToken), cancellationToken), cancellationToken);

    public override Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => InTurnAsync(sql, statement => connection.QueryAsync(statement, read, null, cancellationToken), cancellationToken), cancellationToken);

    // Once it runs it must not be called off: nobody would know what it took.
    public override Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read) =>
        QueryAsync(() => claim.Statement(ClaimReach.Patient), read, CancellationToken.None);

    // Changes whenever anybody committed to the file; costs microseconds.
    public override async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        return Version();
    }

    public override Task ListenAsync(Action changed, CancellationToken cancellationToken) => Task.CompletedTask;

    // They look at the version.
    public override Task TellAsync() => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        using var pool = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(pool);
        _opening.Dispose();
        _writing.Dispose();
    }

    // SQLite lets one write and has the others sleep a while before they look again; within a process they can stand in line.
    private async Task<T> InTurnAsync<T>(Func<FormattableString> sql, Func<FormattableString, Task<T>> run, CancellationToken cancellationToken)
    {
        if (sql() is var look && look.Format.AsSpan().TrimStart().StartsWith("SELECT"))
            return await run(look);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await run(sql());
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<T> UseAsync<T>(Func<SqliteConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        try
        {
            await using var connection = new SqliteConnection(_connection);
            await connection.OpenAsync(cancellationToken);
            SqliteSchema.SetUp(connection);
            return await use(connection);
        }
        catch (SqliteException e)
        {
            throw Told(e);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ready))
            return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_ready)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            await using var connection = new SqliteConnection(_connection);
            await connection.OpenAsync(cancellationToken);
            SqliteSchema.Upgrade(connection);
            _source.Clock = new StoreClock(_time, await BaselineAsync(connection, cancellationToken));
            Volatile.Write(ref _ready, true);
        }
        catch (SqliteException e)
        {
            throw Told(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the lease store cannot be made at {_file}: {e.Message.TrimEnd('.')}. Choose another place with TEUTHOLOGY_STATE or TEUTHOLOGY_STORE", inner: e);
        }
        finally
        {
            _opening.Release();
        }
    }

    // Who comes first in this boot decides; the others read what it wrote.
    private async Task<long> BaselineAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var boot = StoreClock.Boot(_time);
        for (; ;)
        {
            var known = await connection.QueryAsync($"SELECT base FROM clock WHERE boot = {boot}", row => row.GetInt64(0), null, cancellationToken);
            if (known is [var baseline])
                return baseline;
            await connection.ExecuteAsync($"INSERT INTO clock (boot, base) VALUES ({boot}, {StoreClock.Baseline(_time)}) ON CONFLICT DO NOTHING", null, cancellationToken);
        }
    }

    private long Version()
    {
        lock (_watching)
        {
            if (_watch is null)
            {
                _watch = new SqliteConnection(_connection);
                _watch.Open();
            }

            using var command = _watch.CreateCommand();
            command.CommandText = "PRAGMA data_version";
            return (long)command.ExecuteScalar()!;
        }
    }

    private TeuthologyException Told(SqliteException e) =>
        new(FailureKind.Infrastructure, $"lease store {_file}: {e.Message}", e);

    private sealed class ClockSource
    {
        public StoreClock? Clock { get; set; }
    }
}
