using System.Data.Common;
using Microsoft.Data.Sqlite;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>The SQLite file behind the store: opened on first use, statements run one by one, SQLite's errors told in words.</summary>
internal sealed class LeaseDatabase(string file) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Lock _watching = new();
    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
    private bool _ready;
    private SqliteConnection? _watch;

    public Task<int> ExecuteAsync(FormattableString sql, CancellationToken cancellationToken) =>
        UseAsync(connection => connection.ExecuteAsync(sql, null, cancellationToken), cancellationToken);

    public Task<List<T>> QueryAsync<T>(FormattableString sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => connection.QueryAsync(sql, read, null, cancellationToken), cancellationToken);

    /// <summary>A number that changes whenever anybody committed to the file; costs microseconds.</summary>
    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        return Version();
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        using var pool = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(pool);
        _opening.Dispose();
    }

    private async Task<T> UseAsync<T>(Func<SqliteConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        try
        {
            await using var connection = new SqliteConnection(_connection);
            await connection.OpenAsync(cancellationToken);
            LeaseSchema.SetUp(connection);
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
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using var connection = new SqliteConnection(_connection);
            await connection.OpenAsync(cancellationToken);
            LeaseSchema.Upgrade(connection);
            Volatile.Write(ref _ready, true);
        }
        catch (SqliteException e)
        {
            throw Told(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the lease store cannot be made at {file}: {e.Message.TrimEnd('.')}. Choose another place with TEUTHOLOGY_STATE", inner: e);
        }
        finally
        {
            _opening.Release();
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
        new(FailureKind.Infrastructure, $"lease store {file}: {e.Message}", e);
}
