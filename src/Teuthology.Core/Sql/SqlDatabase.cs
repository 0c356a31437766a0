using System.Data.Common;

namespace Teuthology.Sql;

/// <summary>
/// The database behind a store: opened and its tables made or upgraded on first use. Statements are made when they are about to run, and made anew when
/// they are tried again.
/// </summary>
public abstract class SqlDatabase : IAsyncDisposable
{
    /// <summary>What the store is called in messages, without secrets: the file's path, or <c>host:port/database</c>.</summary>
    public abstract string Place { get; }

    /// <summary>Whether all who use it run on this host, so that a process of another boot is surely gone.</summary>
    public abstract bool IsOneHost { get; }

    /// <summary>A database of that kind; opens nothing yet.</summary>
    /// <param name="place">A SQLite file, or what <see cref="PostgresPlace"/> reads.</param>
    /// <param name="schema">Its tables.</param>
    /// <param name="time">Waits between tries.</param>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    public static SqlDatabase At(string place, StoreSchema schema, TimeProvider time) =>
        PostgresPlace.Is(place) ? new PostgresDatabase(place, schema, time) : new SqliteDatabase(place, schema);

    /// <summary>Makes or upgrades the tables now, where the first statement would have.</summary>
    /// <param name="cancellationToken">Gives up; nothing half done stays.</param>
    /// <exception cref="ConfigurationException">The tables are from a newer program, or the place cannot be used.</exception>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Runs a statement that may be run twice.</summary>
    /// <param name="sql">Makes the statement.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>How many rows were changed.</returns>
    public abstract Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken);

    /// <summary>Reads the rows of a statement that may be run twice.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="sql">Makes the statement.</param>
    /// <param name="read">Makes a value of the row at hand.</param>
    /// <param name="cancellationToken">Looked at between two rows.</param>
    public abstract Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken);

    /// <summary>Asks several questions on one connection; they may be asked twice.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="read">Asks; writes nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>Runs statements as one transaction, which is committed after them; where its end was not heard of, it is looked up whether it was, and run again only if not.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="write">The statements; must bear to be run again after they were undone.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> write, CancellationToken cancellationToken) =>
        CommitAsync(async (connection, transaction) => new Written<T>(await write(connection, transaction), []), cancellationToken);

    /// <summary>As <see cref="WriteAsync"/>, with the last statements and the commit in one round trip where the database can.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="write">Runs all but the last statements; must bear to be run again after it was undone.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public abstract Task<T> CommitAsync<T>(Func<DbConnection, DbTransaction, Task<Written<T>>> write, CancellationToken cancellationToken);

    /// <summary>Asks for the number of the transaction at hand, by which it can be looked up whether it was committed; null where nothing can come between.</summary>
    public abstract FormattableString? TransactionNumber { get; }

    /// <summary>A number that changes when somebody else changed something; may stand still where <see cref="ListenAsync"/> tells it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<long> VersionAsync(CancellationToken cancellationToken);

    /// <summary>A text that stays the same only as long as nobody, here or elsewhere, commits a change; it may change without one. Read it before what it is kept with.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<string> MarkAsync(CancellationToken cancellationToken);

    /// <summary>From now on calls <paramref name="changed"/> when somebody else told of a change, where the database can tell.</summary>
    /// <param name="changed">Called at each change, or after several.</param>
    /// <param name="cancellationToken">Stops waiting for the first connection.</param>
    public abstract Task ListenAsync(Action changed, CancellationToken cancellationToken);

    /// <summary>Tells those who listen elsewhere that something changed; call it after the change.</summary>
    public abstract Task TellAsync();

    /// <summary>Closes the connections.</summary>
    public abstract ValueTask DisposeAsync();
}
