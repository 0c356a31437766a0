namespace Teuthology.Lab;

/// <content>The tables in PostgreSQL.</content>
internal static partial class LeaseSchema
{
    // The first one is the second of SQLite's.
    private static string[] PostgresSteps =>
    [
        "",
        $$"""
        CREATE TABLE nodes (
            name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            description TEXT,
            up BIGINT NOT NULL DEFAULT 1,
            machine_type TEXT NOT NULL,
            arch TEXT,
            is_vm BIGINT NOT NULL DEFAULT 0,
            vm_host TEXT,
            os_type TEXT,
            os_version TEXT,
            locked BIGINT NOT NULL DEFAULT 0,
            locked_by TEXT,
            locked_since BIGINT,
            mac_address TEXT,
            ssh_pub_key TEXT,
            fence BIGINT NOT NULL DEFAULT 0,
            heartbeat_at BIGINT,
            expires_at BIGINT,
            controller TEXT,
            failures BIGINT NOT NULL DEFAULT 0,
            down_reason TEXT,
            down_since BIGINT,
            retry_at BIGINT,
            request TEXT,
            ended TEXT,
            changed_at BIGINT
        ) WITH (fillfactor = 40); -- room in each page for the next version of its rows: the indexes know names alone, and need no change
        CREATE INDEX nodes_order ON nodes (length(name), name);
        CREATE SEQUENCE fences;
        CREATE TABLE waiters (
            ticket BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            request TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            description TEXT NOT NULL,
            machine_types TEXT,
            os_type TEXT,
            os_version TEXT,
            arch TEXT,
            names TEXT,
            count BIGINT NOT NULL,
            since BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            controller TEXT NOT NULL
        );
        CREATE TABLE lease_log (
            node TEXT COLLATE "C" NOT NULL,
            fence BIGINT NOT NULL,
            machine_type TEXT NOT NULL,
            owner TEXT,
            description TEXT,
            from_at BIGINT NOT NULL,
            to_at BIGINT NOT NULL,
            how TEXT NOT NULL,
            PRIMARY KEY (node, fence)
        );
        CREATE FUNCTION log_turn() RETURNS trigger LANGUAGE plpgsql AS $log$
        BEGIN
            INSERT INTO lease_log (node, fence, machine_type, owner, description, from_at, to_at, how)
            VALUES (OLD.name, OLD.fence, OLD.machine_type, OLD.locked_by, OLD.description, OLD.locked_since,
                CASE WHEN NEW.locked = 0 AND NEW.ended <> 'expired' THEN NEW.changed_at ELSE OLD.heartbeat_at END,
                CASE WHEN OLD.expires_at = 0 THEN 'dead' WHEN NEW.locked = 1 THEN 'expired' ELSE NEW.ended END)
            ON CONFLICT (node, fence) DO NOTHING;
            -- Counting to the oldest costs more than writing: now and then is often enough.
            IF OLD.fence % 8 = 0 THEN
                DELETE FROM lease_log WHERE node = OLD.name AND fence <= (
                    SELECT fence FROM lease_log WHERE node = OLD.name ORDER BY fence DESC LIMIT 1 OFFSET {{LeaseStore.TurnsKept}});
            END IF;
            RETURN NULL;
        END $log$;
        CREATE TRIGGER nodes_log AFTER UPDATE OF locked, fence ON nodes FOR EACH ROW
            WHEN (OLD.locked = 1 AND (NEW.locked = 0 OR NEW.fence <> OLD.fence) AND OLD.locked_by IS DISTINCT FROM '{{LeaseStore.Cleaner}}')
            EXECUTE FUNCTION log_turn();
        CREATE FUNCTION forget_turns() RETURNS trigger LANGUAGE plpgsql AS $forget$
        BEGIN
            DELETE FROM lease_log WHERE node = OLD.name;
            RETURN NULL;
        END $forget$;
        CREATE TRIGGER nodes_forget_log AFTER DELETE ON nodes FOR EACH ROW EXECUTE FUNCTION forget_turns();
        """,
        """
        -- Who asked a server for what; written with the change.
        CREATE TABLE deeds (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at BIGINT NOT NULL,
            token TEXT,
            address TEXT,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            status BIGINT NOT NULL,
            body TEXT
        );
        CREATE INDEX deeds_at ON deeds (at);
        """,
    ];
}
