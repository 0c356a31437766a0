using System.Data.Common;
using Npgsql;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Leases in PostgreSQL.</summary>
/// <param name="database">The database.</param>
/// <param name="clock">Milliseconds for tests; null for the server's clock.</param>
internal sealed class PostgresLeases(PostgresDatabase database, Func<long>? clock) : LeaseDatabase(database, new PostgresDialect(clock))
{
    // After so many tries without a wait a claim waits for its turn at the machines.
    private const int HastyTries = 4;
    private const int MostTries = 12;

    private readonly PostgresDatabase _database = database;

    public override Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        var lost = 0;
        return _database.UseAsync(
            async connection =>
            {
                // The answer was lost: the statement must be over before one can look what it took.
                if (lost != 0 && await TakenAsync(connection, lost, claim, read) is { Count: > 0 } taken)
                    return taken;
                lost = connection.ProcessID;
                return await ClaimAsync(connection, claim, read);
            },
            CancellationToken.None);
    }

    private static async Task<List<NodeRecord>> ClaimAsync(NpgsqlConnection connection, ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        for (var tries = 1; ; tries++)
        {
            var reach = tries == 1 ? ClaimReach.Near : tries <= HastyTries ? ClaimReach.Far : ClaimReach.Patient;
            var taken = await connection.QueryAsync(claim.Statement(reach), read, null, CancellationToken.None);
            if (taken.Count > 0 || tries == MostTries)
                return taken;

            // Others who decide at the same moment have the same machines in hand, and may let go of them: only what is free counts.
            var free = await connection.QueryAsync(claim.Free(), row => row.GetInt64(0), null, CancellationToken.None);
            if (free[0] < claim.Count)
                return [];
        }
    }

    private static async Task<List<NodeRecord>> TakenAsync(NpgsqlConnection connection, int process, ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        await connection.QueryAsync(
            $"""
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE pid = {process} AND pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user
            """,
            row => 0, null, CancellationToken.None);
        return await connection.QueryAsync(claim.Taken(), read, null, CancellationToken.None);
    }
}
