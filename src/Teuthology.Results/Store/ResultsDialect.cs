using System.Text.Json;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>What the two databases say differently about runs and jobs.</summary>
/// <param name="isServer">Whether it is PostgreSQL.</param>
internal sealed class ResultsDialect(bool isServer)
{
    /// <summary>At the end of a SELECT: nobody else changes those rows before the transaction ends. SQLite has one writer anyway.</summary>
    public FormattableString ForUpdate => isServer ? $"FOR UPDATE" : (FormattableString)$"";

    /// <summary>Whether one statement can add many rows, their values given as lists.</summary>
    public bool AddsLists => isServer;

    /// <summary>A number that no row of jobs has, nor will have but for its owner.</summary>
    public FormattableString NextJob => isServer
        ? $"SELECT nextval(pg_get_serial_sequence('jobs', 'id'))"
        : (FormattableString)$"SELECT 1 + max((SELECT coalesce(max(id), 0) FROM jobs), (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'jobs'))";

    /// <summary>Takes everything away.</summary>
    public IEnumerable<FormattableString> Empty => isServer
        ? [$"TRUNCATE runs, jobs, job_nodes, queues RESTART IDENTITY"]
        : [$"DELETE FROM jobs", $"DELETE FROM runs", $"DELETE FROM queues", $"DELETE FROM sqlite_sequence WHERE name IN ('jobs', 'runs')"];

    /// <summary>Whether a text is one of the values.</summary>
    public FormattableString In(FormattableString text, IReadOnlyList<string> values) => isServer
        ? $"{text} = ANY ({values.ToArray()})"
        : (FormattableString)$"{text} IN (SELECT value FROM json_each({JsonSerializer.Serialize(values)}))";

    /// <summary>Whether a number is one of the values.</summary>
    public FormattableString In(FormattableString number, IReadOnlyList<long> values) => isServer
        ? $"{number} = ANY ({values.ToArray()})"
        : (FormattableString)$"{number} IN (SELECT value FROM json_each({JsonSerializer.Serialize(values)}))";

    /// <summary>
    /// Columns of table <c>jobs</c>, of jobs by the names of their runs and their ids. Each is looked up by the index of both: a planner that does not know yet
    /// how many jobs a run has would read all of it.
    /// </summary>
    public FormattableString Jobs(FormattableString columns, IReadOnlyList<(string Run, string Job)> asked) => isServer
        ? $"""
            SELECT {columns} FROM unnest({asked.Select(one => one.Run).ToArray()}, {asked.Select(one => one.Job).ToArray()}) AS asked (run, job)
            CROSS JOIN LATERAL (SELECT id AS run_id FROM runs WHERE name = asked.run LIMIT 1) AS run
            CROSS JOIN LATERAL (SELECT * FROM jobs WHERE runid = run_id AND jobid = asked.job LIMIT 1) AS jobs
            """
        : (FormattableString)$"""
            SELECT {columns} FROM json_each({JsonSerializer.Serialize(asked.Select(one => new[] { one.Run, one.Job }))}) AS asked
            CROSS JOIN runs ON runs.name = asked.value ->> 0 CROSS JOIN jobs ON jobs.runid = runs.id AND jobs.jobid = asked.value ->> 1
            """;

    /// <summary>Whether a text holds another one, case told apart.</summary>
    public FormattableString Holds(FormattableString text, string part) => isServer ? $"strpos({text}, {part}) > 0" : (FormattableString)$"instr({text}, {part}) > 0";

    /// <summary>Whether a text begins with another one, case told apart.</summary>
    public static FormattableString Begins(FormattableString text, string part) => $"substr({text}, 1, length(CAST({part} AS TEXT))) = CAST({part} AS TEXT)";

    /// <summary>The day of a time, UTC, <c>YYYY-MM-DD</c>.</summary>
    public FormattableString Day(FormattableString time) => isServer ? $"to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')" : (FormattableString)$"substr({time}, 1, 10)";

    /// <summary>Which of the two a database is.</summary>
    public static ResultsDialect Of(SqlDatabase database) => new(database is PostgresDatabase);
}
