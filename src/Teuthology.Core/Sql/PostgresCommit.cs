using Npgsql;

namespace Teuthology.Sql;

/// <summary>What became of a transaction whose connection broke before its end was heard of.</summary>
public static class PostgresCommit
{
    /// <summary>Whether it was committed.</summary>
    /// <param name="connection">Another connection.</param>
    /// <param name="process">The server's process that had it.</param>
    /// <param name="number">Its <c>pg_current_xact_id()</c>.</param>
    public static async Task<bool> IsDoneAsync(NpgsqlConnection connection, int process, string number)
    {
        await EndAsync(connection, process);
        var status = await connection.QueryAsync($"SELECT pg_xact_status(CAST({number} AS xid8))", row => row.GetString(0), null, CancellationToken.None);
        return status[0] == "committed";
    }

    /// <summary>Ends a process of the server that may still be at work for the connection that broke, and waits until it is gone.</summary>
    /// <param name="connection">Another connection.</param>
    /// <param name="process">The process.</param>
    public static Task EndAsync(NpgsqlConnection connection, int process) => connection.QueryAsync(
        $"""
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE pid = {process} AND pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user
        """,
        row => 0, null, CancellationToken.None);
}
