using Teuthology.Sql;

namespace Teuthology.Lab;

/// <content>The tables in a file.</content>
internal static partial class LeaseSchema
{
    private static string[] SqliteSteps =>
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
        $"""
        ALTER TABLE nodes ADD COLUMN vm_host TEXT;
        ALTER TABLE nodes ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE nodes ADD COLUMN down_reason TEXT;
        ALTER TABLE nodes ADD COLUMN down_since INTEGER;
        ALTER TABLE nodes ADD COLUMN retry_at INTEGER;
        -- Number of the claim that took the machine; how its last turn ended, and when it changed hands.
        ALTER TABLE nodes ADD COLUMN request TEXT;
        ALTER TABLE nodes ADD COLUMN ended TEXT;
        ALTER TABLE nodes ADD COLUMN changed_at INTEGER;

        -- Those who wait under the old schema cannot go on under the new one.
        DROP TABLE waiters;
        CREATE TABLE waiters (
            ticket INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            description TEXT NOT NULL,
            machine_types TEXT,
            os_type TEXT,
            os_version TEXT,
            arch TEXT,
            names TEXT,
            count INTEGER NOT NULL,
            since INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            controller TEXT NOT NULL
        );

        -- The last turns of each machine.
        CREATE TABLE lease_log (
            node TEXT NOT NULL,
            fence INTEGER NOT NULL,
            machine_type TEXT NOT NULL,
            owner TEXT,
            description TEXT,
            from_at INTEGER NOT NULL,
            to_at INTEGER NOT NULL,
            how TEXT NOT NULL,
            PRIMARY KEY (node, fence)
        ) WITHOUT ROWID;
        CREATE TRIGGER nodes_log AFTER UPDATE OF locked, fence ON nodes
        WHEN OLD.locked = 1 AND (NEW.locked = 0 OR NEW.fence <> OLD.fence) AND OLD.locked_by IS NOT '{LeaseStore.Cleaner}' BEGIN
            INSERT INTO lease_log (node, fence, machine_type, owner, description, from_at, to_at, how)
            VALUES (OLD.name, OLD.fence, OLD.machine_type, OLD.locked_by, OLD.description, OLD.locked_since,
                CASE WHEN NEW.locked = 0 AND NEW.ended <> 'expired' THEN NEW.changed_at ELSE OLD.heartbeat_at END,
                CASE WHEN OLD.expires_at = 0 THEN 'dead' WHEN NEW.locked = 1 THEN 'expired' ELSE NEW.ended END)
            ON CONFLICT (node, fence) DO NOTHING;
            DELETE FROM lease_log WHERE node = OLD.name AND fence <= (
                SELECT fence FROM lease_log WHERE node = OLD.name ORDER BY fence DESC LIMIT 1 OFFSET {LeaseStore.TurnsKept});
        END;
        CREATE TRIGGER nodes_forget_log AFTER DELETE ON nodes BEGIN
            DELETE FROM lease_log WHERE node = OLD.name;
        END;

        -- What to add to this boot's monotonic clock to have the store's, which no step of the wall clock moves.
        {StoreClock.Table}
        """,
        """
        -- Who asked a server for what; written with the change.
        CREATE TABLE deeds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            token TEXT,
            address TEXT,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            status INTEGER NOT NULL,
            body TEXT
        );
        CREATE INDEX deeds_at ON deeds (at);
        """,
    ];
}
