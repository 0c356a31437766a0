using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Teuthology.Results;

/// <summary>
/// The SQLite file of a store. EF Core makes its tables and changes them; statements are plain SQL, as building EF's model and
/// compiling its queries takes half a second of processor time in every process, longer than most commands that use the store.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class StoreFile(string path)
{
    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 60, ForeignKeys = true, Pooling = true }.ToString();

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>A connection, open.</summary>
    public async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>The tables as EF Core sees them.</summary>
    public ResultsContext OpenModel() => new(new DbContextOptionsBuilder<ResultsContext>().UseSqlite(_connection).Options);
}
