using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Teuthology.Lab;

/// <summary>The SQLite file behind the store: opened on first use, statements run one by one, SQLite's errors told in words.</summary>
internal sealed class LeaseDatabase(string file) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Lock _watching = new();
    private PooledDbContextFactory<LeaseContext>? _contexts;
    private SqliteConnection? _watch;

    private string ConnectionString => new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();

    public Task<int> ExecuteAsync(FormattableString sql, CancellationToken cancellationToken) =>
        UseAsync(context => context.Database.ExecuteSqlAsync(sql, cancellationToken), cancellationToken);

    public Task<List<T>> QueryAsync<T>(FormattableString sql, CancellationToken cancellationToken)
        where T : class =>
        UseAsync(context => context.Set<T>().FromSql(sql).AsNoTracking().ToListAsync(cancellationToken), cancellationToken);

    public async Task<T> UseAsync<T>(Func<LeaseContext, Task<T>> use, CancellationToken cancellationToken)
    {
        var contexts = _contexts ?? await OpenAsync(cancellationToken);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            return await use(context);
        }
        catch (SqliteException e)
        {
            throw Told(e);
        }
    }

    /// <summary>A number that changes whenever anybody committed to the file; costs microseconds.</summary>
    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        if (_contexts is null)
            await OpenAsync(cancellationToken);
        return Version();
    }

    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        using var pool = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(pool);
        _opening.Dispose();
    }

    private async Task<PooledDbContextFactory<LeaseContext>> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_contexts is not null)
                return _contexts;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using var connection = new SqliteConnection(ConnectionString);
            await connection.OpenAsync(cancellationToken);
            LeaseSchema.Upgrade(connection);
            var options = new DbContextOptionsBuilder<LeaseContext>().UseSqlite(ConnectionString).AddInterceptors(new LeasePragmas());
            return _contexts = new PooledDbContextFactory<LeaseContext>(options.Options);
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
                _watch = new SqliteConnection(ConnectionString);
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
