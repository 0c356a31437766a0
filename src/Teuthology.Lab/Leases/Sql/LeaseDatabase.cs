using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>The database behind a store, with the statements in its dialect.</summary>
internal abstract class LeaseDatabase : IAsyncDisposable
{
    private readonly SqlDatabase _database;

    protected LeaseDatabase(SqlDatabase database, LeaseDialect dialect, LeaseRows rows) =>
        (_database, Rows, Leases, Nodes, Queue) = (database, rows, new LeaseStatements(dialect), new NodeStatements(dialect), new QueueStatements(dialect));

    /// <summary>What the store is called in messages: the file's path, or the server and its database.</summary>
    public string Place => _database.Place;

    /// <summary>Whether all who use it run on this host, so that a process of another boot is surely gone.</summary>
    public bool IsOneHost => _database.IsOneHost;

    public LeaseRows Rows { get; }

    public LeaseStatements Leases { get; }

    public NodeStatements Nodes { get; }

    public QueueStatements Queue { get; }

    /// <summary>Runs a statement that may be run twice.</summary>
    public Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken) => _database.ExecuteAsync(sql, cancellationToken);

    /// <summary>Reads the rows of a statement that may be run twice.</summary>
    public Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        _database.QueryAsync(sql, read, cancellationToken);

    /// <summary>Runs a claim; when its answer is lost, what it took is found again.</summary>
    /// <returns>The machines; empty when too few are free.</returns>
    public abstract Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read);

    /// <summary>Makes changes one after the other in one transaction, each with its deed; all of it once, also when the answer to the commit is lost.</summary>
    /// <returns>The machines that each changed.</returns>
    public abstract Task<List<List<NodeRecord>>> ChangeAsync(IReadOnlyList<LeaseWork> works);

    /// <summary>A number that changes when somebody else changed something; may stand still where <see cref="ListenAsync"/> tells it.</summary>
    public Task<long> VersionAsync(CancellationToken cancellationToken) => _database.VersionAsync(cancellationToken);

    /// <summary>A text that stays the same only as long as nobody commits a change.</summary>
    public Task<string> MarkAsync(CancellationToken cancellationToken) => _database.MarkAsync(cancellationToken);

    /// <summary>From now on calls <paramref name="changed"/> when somebody else freed machines, where the database can tell.</summary>
    public Task ListenAsync(Action changed, CancellationToken cancellationToken) => _database.ListenAsync(changed, cancellationToken);

    /// <summary>Tells those who wait elsewhere that machines may have become free.</summary>
    public Task TellAsync() => _database.TellAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
