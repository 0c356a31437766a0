using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Teuthology.Sql;

/// <summary>A SQLite file: opened on first use, writes stand in line, SQLite's errors told in words.</summary>
/// <param name="file">Its path; made with its directory when it is missing.</param>
/// <param name="schema">The tables.</param>
public sealed class SqliteDatabase(string file, StoreSchema schema) : SqlDatabase
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _watching = new();
    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
    private bool _ready;
    private SqliteConnection? _watch;

    /// <summary>Run once, when the tables are there, before any statement.</summary>
    public Func<SqliteConnection, CancellationToken, Task>? Opened { get; init; }

    /// <inheritdoc/>
    public override string Place => file;

    /// <inheritdoc/>
    public override bool IsOneHost => true;

    /// <inheritdoc/>
    public override Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken) =>
        UseAsync(connection => InTurnAsync(sql, statement => connection.ExecuteAsync(statement, null, cancellationToken), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => InTurnAsync(sql, statement => connection.QueryAsync(statement, read, null, cancellationToken), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken) => UseAsync(read, cancellationToken);

    /// <inheritdoc/>
    public override FormattableString? TransactionNumber => null;

    /// <inheritdoc/>
    public override Task<T> CommitAsync<T>(Func<DbConnection, DbTransaction, Task<Written<T>>> write, CancellationToken cancellationToken) => UseAsync(
        async connection =>
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                await using var transaction = connection.BeginTransaction(deferred: false);
                var written = await write(connection, transaction);
                await connection.ExecuteAllAsync(written.Last, transaction, CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
                return written.Result;
            }
            finally
            {
                _writing.Release();
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    // Changes whenever anybody else committed to the file; costs microseconds.
    public override async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        return Version();
    }

    /// <inheritdoc/>
    // Own commits are made on other connections than the one that looks: they change it, too.
    public override async Task<string> MarkAsync(CancellationToken cancellationToken) => (await VersionAsync(cancellationToken)).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Task ListenAsync(Action changed, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    // They look at the version.
    public override Task TellAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        using var pool = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(pool);
        _opening.Dispose();
        _writing.Dispose();
    }

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ready))
            return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_ready)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using var connection = new SqliteConnection(_connection);
            await connection.OpenAsync(cancellationToken);
            new SqliteUpgrade(connection, schema).Run();
            if (Opened is { } opened)
                await opened(connection, cancellationToken);
            Volatile.Write(ref _ready, true);
        }
        catch (SqliteException e)
        {
            throw Told(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the {schema.Title} cannot be made at {file}: {e.Message.TrimEnd('.')}. Choose another place with TEUTHOLOGY_STATE or TEUTHOLOGY_STORE", inner: e);
        }
        finally
        {
            _opening.Release();
        }
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
            SqliteUpgrade.SetUp(connection, schema);
            return await use(connection);
        }
        catch (SqliteException e)
        {
            throw Told(e);
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

    private TeuthologyException Told(SqliteException e) => new(FailureKind.Infrastructure, $"{schema.Title} {file}: {e.Message}", e);
}
