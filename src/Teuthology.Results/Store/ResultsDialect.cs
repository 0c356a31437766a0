using System.Text.Json;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>What the two databases say differently about runs and jobs.</summary>
/// <param name="isServer">Whether it is PostgreSQL.</param>
internal sealed class ResultsDialect(bool isServer)
{
    /// <summary>At the end of a SELECT: nobody else changes those rows before the transaction ends. SQLite has one writer anyway.</summary>
    public FormattableString ForUpdate => isServer ? $"FOR UPDATE" : (FormattableString)$"";

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

    /// <summary>Whether a text holds another one, case told apart.</summary>
    public FormattableString Holds(FormattableString text, string part) => isServer ? $"strpos({text}, {part}) > 0" : (FormattableString)$"instr({text}, {part}) > 0";

    /// <summary>Whether a text begins with another one, case told apart.</summary>
    public static FormattableString Begins(FormattableString text, string part) => $"substr({text}, 1, {part.Length}) = {part}";

    /// <summary>The day of a time, UTC, <c>YYYY-MM-DD</c>.</summary>
    public FormattableString Day(FormattableString time) => isServer ? $"to_char({time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')" : (FormattableString)$"substr({time}, 1, 10)";

    /// <summary>Which of the two a database is.</summary>
    public static ResultsDialect Of(SqlDatabase database) => new(database is PostgresDatabase);
}
