using Teuthology.Sql;

namespace Teuthology.Scheduling;

/// <summary>The tables of the queue. A job keeps its row when it is over, for its history; what waits is found by an index that knows nothing else.</summary>
internal static class QueueSchema
{
    private const string Columns = """
        request TEXT NOT NULL UNIQUE,
        tube TEXT NOT NULL,
        priority BIGINT NOT NULL,
        run TEXT NOT NULL,
        description TEXT,
        document TEXT NOT NULL,
        since BIGINT NOT NULL,
        attempts BIGINT NOT NULL DEFAULT 0,
        fence BIGINT NOT NULL DEFAULT 0,
        worker TEXT,
        process TEXT,
        claim TEXT,
        taken_at BIGINT,
        expires_at BIGINT,
        history TEXT NOT NULL DEFAULT '',
        ended_at BIGINT
        """;

    private const string Rest = """
        CREATE INDEX jobs_waiting ON jobs (tube, priority, id) WHERE worker IS NULL AND ended_at IS NULL;
        CREATE INDEX jobs_in_hand ON jobs (expires_at) WHERE worker IS NOT NULL;
        CREATE INDEX jobs_open ON jobs (run) WHERE ended_at IS NULL;
        CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE tubes (
            name TEXT NOT NULL PRIMARY KEY,
            paused BIGINT NOT NULL DEFAULT 0,
            paused_by TEXT,
            reason TEXT,
            paused_until BIGINT
        );
        """;

    public static StoreSchema Tables { get; } = new()
    {
        Name = "queue",
        Title = "queue",
        Sqlite = [$"{StoreClock.Table}\nCREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, {Columns});\n{Rest}"],
        Postgres = [$"CREATE TABLE jobs (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {Columns}) WITH (fillfactor = 80);\n{Rest}"],
    };
}
