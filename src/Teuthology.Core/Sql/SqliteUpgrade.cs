using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Teuthology.Sql;

/// <summary>Makes and upgrades the tables of a file, whoever comes first; others wait for it.</summary>
/// <param name="connection">Open.</param>
/// <param name="tables">The tables.</param>
internal sealed class SqliteUpgrade(SqliteConnection connection, StoreSchema tables)
{
    /// <summary>Brings the file to the newest version.</summary>
    /// <exception cref="ConfigurationException">The file is from a newer program.</exception>
    public void Run()
    {
        SetUp(connection, tables);
        if (Scalar("PRAGMA journal_mode") is not "wal")
            Execute(connection, null, "PRAGMA journal_mode = WAL");
        var newest = tables.Sqlite.Count;
        if (Version() == newest)
            return;

        // Immediate: of several processes one gets in, the others find the work done.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Version();
        if (version > newest)
            throw new ConfigurationException($"{connection.DataSource} was written by a newer teuthology (schema {version}, known is {newest}): use that one, or another state directory (TEUTHOLOGY_STATE)");
        foreach (var step in tables.Sqlite.Skip(version))
            Execute(connection, transaction, step);
        Execute(connection, transaction, $"PRAGMA user_version = {newest.ToString(CultureInfo.InvariantCulture)}");
        transaction.Commit();
    }

    /// <summary>What each connection is told: SQLite itself waits for a busy file in small steps, and a commit waits for the disk or not.</summary>
    public static void SetUp(SqliteConnection connection, StoreSchema tables) =>
        Execute(connection, null, tables.IsDurable ? "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL;" : "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL;");

    private int Version() => int.Parse(Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);

    private string Scalar(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
