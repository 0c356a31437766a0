using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Leases in a file.</summary>
internal sealed class SqliteLeases : LeaseDatabase
{
    private SqliteLeases(SqliteDatabase database, Func<long> clock)
        : base(database, new SqliteDialect(clock))
    {
    }

    /// <summary>Opens nothing yet.</summary>
    public static SqliteLeases At(string file, TimeProvider time)
    {
        StoreClock? clock = null;
        var database = new SqliteDatabase(file, LeaseSchema.Tables)
        {
            Opened = async (connection, cancellationToken) => clock = await StoreClock.OpenAsync(connection, time, cancellationToken),
        };
        return new SqliteLeases(database, () => clock!.Now);
    }

    // Once it runs it must not be called off: nobody would know what it took.
    public override Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read) =>
        QueryAsync(() => claim.Statement(ClaimReach.Patient), read, CancellationToken.None);
}
