using System.Data.Common;
using Npgsql;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Leases in PostgreSQL.</summary>
/// <param name="database">The database.</param>
/// <param name="clock">Milliseconds for tests; null for the server's clock.</param>
/// <param name="rows">Reads them.</param>
internal sealed class PostgresLeases(PostgresDatabase database, Func<long>? clock, LeaseRows rows) : LeaseDatabase(database, new PostgresDialect(clock), rows)
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

    // What was committed is not done again: the transaction's number tells.
    public override Task<List<List<NodeRecord>>> ChangeAsync(IReadOnlyList<LeaseWork> works)
    {
        (int Process, string Number, List<List<NodeRecord>> Changed)? lost = null;
        return _database.UseAsync(
            async connection =>
            {
                if (lost is { } last && await PostgresCommit.IsDoneAsync(connection, last.Process, last.Number))
                    return last.Changed;
                lost = null;
                await using var transaction = await connection.BeginTransactionAsync();
                var changed = await connection.QueryAllAsync([.. works.Select(work => work.Statement())], Rows.Node, transaction, CancellationToken.None);
                if (changed.TrueForAll(nodes => nodes.Count == 0))
                    return changed;
                var deeds = works.Zip(changed).Where(one => one.Second.Count > 0).Select(one => DeedStatements.Add(one.First.Deed, 200));
                var numbers = await connection.QueryAllAsync([.. deeds, $"SELECT CAST(pg_current_xact_id() AS TEXT)"], row => row.GetString(0), transaction, CancellationToken.None);
                lost = (connection.ProcessID, numbers[^1][0], changed);
                await transaction.CommitAsync();
                return changed;
            },
            CancellationToken.None);
    }

    private static async Task<List<NodeRecord>> TakenAsync(NpgsqlConnection connection, int process, ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        await PostgresCommit.EndAsync(connection, process);
        return await connection.QueryAsync(claim.Taken(), read, null, CancellationToken.None);
    }
}
