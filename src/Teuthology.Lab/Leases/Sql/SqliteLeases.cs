using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Leases in a file.</summary>
internal sealed class SqliteLeases : LeaseDatabase
{
    private readonly SqliteDatabase _database;

    private SqliteLeases(SqliteDatabase database, Func<long> clock, LeaseRows rows)
        : base(database, new SqliteDialect(clock), rows) => _database = database;

    /// <summary>Opens nothing yet.</summary>
    public static SqliteLeases At(string file, TimeProvider time, LeaseRows rows)
    {
        StoreClock? clock = null;
        var database = new SqliteDatabase(file, LeaseSchema.Tables)
        {
            Opened = async (connection, cancellationToken) => clock = await StoreClock.OpenAsync(connection, time, cancellationToken),
        };
        return new SqliteLeases(database, () => clock!.Now, rows);
    }

    // Once it runs it must not be called off: nobody would know what it took.
    public override Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read) =>
        QueryAsync(() => claim.Statement(ClaimReach.Patient), read, CancellationToken.None);

    public override Task<List<List<NodeRecord>>> ChangeAsync(IReadOnlyList<LeaseWork> works) => _database.WriteAsync(
        async (connection, transaction) =>
        {
            List<List<NodeRecord>> changed = [];
            foreach (var work in works)
            {
                changed.Add(await connection.QueryAsync(work.Statement(), Rows.Node, transaction, CancellationToken.None));
                if (changed[^1].Count > 0)
                    await connection.ExecuteAsync(DeedStatements.Add(work.Deed, 200), transaction, CancellationToken.None);
            }

            return changed;
        },
        CancellationToken.None);
}
