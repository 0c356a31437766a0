using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Teuthology.Lab;

/// <summary>Makes and upgrades the tables of the store, whoever comes first; others wait for it.</summary>
internal static class LeaseSchema
{
    // One entry a version; an entry that was released never changes.
    private static readonly string[] Versions =
    [
        """
        CREATE TABLE nodes (
            name TEXT NOT NULL PRIMARY KEY,
            description TEXT,
            up INTEGER NOT NULL DEFAULT 1,
            machine_type TEXT NOT NULL,
            arch TEXT,
            is_vm INTEGER NOT NULL DEFAULT 0,
            os_type TEXT,
            os_version TEXT,
            locked INTEGER NOT NULL DEFAULT 0,
            locked_by TEXT,
            locked_since INTEGER,
            mac_address TEXT,
            ssh_pub_key TEXT,
            fence INTEGER NOT NULL DEFAULT 0,
            heartbeat_at INTEGER,
            expires_at INTEGER,
            controller TEXT
        );
        CREATE INDEX nodes_fence ON nodes (fence);
        CREATE TABLE waiters (
            ticket INTEGER PRIMARY KEY AUTOINCREMENT,
            owner TEXT NOT NULL,
            description TEXT NOT NULL,
            machine_type TEXT NOT NULL,
            count INTEGER NOT NULL,
            since INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            controller TEXT NOT NULL
        );
        -- Fences grow even when the machine that had the highest one leaves the lab.
        CREATE TABLE fence_floor (value INTEGER NOT NULL);
        INSERT INTO fence_floor VALUES (0);
        CREATE TRIGGER nodes_keep_fence BEFORE DELETE ON nodes BEGIN
            UPDATE fence_floor SET value = max(value, OLD.fence);
        END;
        """,
    ];

    /// <summary>Brings the file to the newest version.</summary>
    /// <exception cref="ConfigurationException">The file is from a newer program.</exception>
    public static void Upgrade(SqliteConnection connection)
    {
        SetUp(connection);
        if (Scalar(connection, "PRAGMA journal_mode") is not "wal")
            Execute(connection, null, "PRAGMA journal_mode = WAL");
        if (Version(connection) == Versions.Length)
            return;

        // Immediate: of several processes one gets in, the others find the work done.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Version(connection);
        if (version > Versions.Length)
            throw new ConfigurationException($"{connection.DataSource} was written by a newer teuthology (schema {version}, known is {Versions.Length}): use that one, or another state directory (TEUTHOLOGY_STATE)");
        foreach (var step in Versions.Skip(version))
            Execute(connection, transaction, step);
        Execute(connection, transaction, $"PRAGMA user_version = {Versions.Length.ToString(CultureInfo.InvariantCulture)}");
        transaction.Commit();
    }

    /// <summary>
    /// What each connection is told: SQLite itself waits for a busy file in small steps, and a commit does not wait for the disk
    /// (a power cut may lose the last leases, which the boot ended anyway; the file stays whole in WAL mode).
    /// </summary>
    public static void SetUp(SqliteConnection connection) => Execute(connection, null, "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL;");

    private static int Version(SqliteConnection connection) =>
        int.Parse(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);

    private static string Scalar(SqliteConnection connection, string sql)
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
