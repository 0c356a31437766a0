using System.Data.Common;

namespace Teuthology.Lab;

/// <summary>The database behind a store. Statements are made when they are about to run, and made anew when they are tried again.</summary>
internal abstract class LeaseDatabase : IAsyncDisposable
{
    protected LeaseDatabase(LeaseDialect dialect) =>
        (Leases, Nodes, Queue) = (new LeaseStatements(dialect), new NodeStatements(dialect), new QueueStatements(dialect));

    /// <summary>What the store is called in messages: the file's path, or the server and its database.</summary>
    public abstract string Place { get; }

    /// <summary>Whether all who use it run on this host, so that a process of another boot is surely gone.</summary>
    public abstract bool IsOneHost { get; }

    public LeaseStatements Leases { get; }

    public NodeStatements Nodes { get; }

    public QueueStatements Queue { get; }

    /// <summary>Runs a statement that may be run twice.</summary>
    public abstract Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken);

    /// <summary>Reads the rows of a statement that may be run twice.</summary>
    public abstract Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken);

    /// <summary>Runs a claim; when its answer is lost, what it took is found again.</summary>
    /// <returns>The machines; empty when too few are free.</returns>
    public abstract Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read);

    /// <summary>A number that changes when somebody else changed something; may stand still where <see cref="ListenAsync"/> tells it.</summary>
    public abstract Task<long> VersionAsync(CancellationToken cancellationToken);

    /// <summary>From now on calls <paramref name="changed"/> when somebody else freed machines, where the database can tell.</summary>
    public abstract Task ListenAsync(Action changed, CancellationToken cancellationToken);

    /// <summary>Tells those who wait elsewhere that machines may have become free.</summary>
    public abstract Task TellAsync();

    public abstract ValueTask DisposeAsync();
}
