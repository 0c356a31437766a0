using System.Globalization;
using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>
/// PostgreSQL: many writers at a time. A statement first locks the rows it is about, which has the server look at their newest versions,
/// and decides by what it locked. The time is the server's, so that no client's clock has a say.
/// </summary>
/// <param name="clock">Another clock, for tests; null for the server's.</param>
internal sealed class PostgresDialect(Func<long>? clock) : LeaseDialect
{
    // In brackets it is worked out once a statement, not once a row.
    private static readonly FormattableString ServerTime = $"(SELECT CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT))";

    public override FormattableString Now() => clock is null ? ServerTime : $"CAST({clock()} AS BIGINT)";

    public override FormattableString In(FormattableString text, IReadOnlyList<string> values) => $"{text} = ANY ({values.ToArray()})";

    public override FormattableString Contains(FormattableString list, FormattableString text) => $"jsonb_exists(CAST({list} AS jsonb), {text})";

    public override FormattableString Update(FormattableString set, FormattableString where, FormattableString now, int? all = null) => $"""
        WITH mine AS MATERIALIZED (SELECT name AS mine_name FROM nodes WHERE {where} ORDER BY name FOR UPDATE)
        UPDATE nodes SET {set} FROM mine WHERE name = mine_name {Whole(all)} RETURNING {NodeColumns(now)}
        """;

    // The fence is drawn after the rows are locked: whoever has them next draws a higher one.
    public override FormattableString Claim(int count, FormattableString where, FormattableString set, FormattableString now, ClaimReach reach)
    {
        // What is near comes in the order of an index, so that a claim reads the machines it takes and those before them.
        FormattableString near = reach == ClaimReach.Near ? $"AND locked = 0 AND up = 1" : (FormattableString)$"";
        FormattableString order = reach == ClaimReach.Near ? $"" : (FormattableString)$"up DESC, locked, ";
        FormattableString others = reach == ClaimReach.Patient ? $"" : (FormattableString)$"SKIP LOCKED";

        // As a number in the text the planner knows how few they are.
        var most = FormattableStringFactory.Create(count.ToString(CultureInfo.InvariantCulture));
        return $"""
            WITH picked AS MATERIALIZED (
                SELECT name AS picked_name FROM nodes WHERE {where} {near}
                ORDER BY {order} length(name), name LIMIT {most} FOR UPDATE OF nodes {others}),
            whole AS MATERIALIZED (SELECT nextval('fences') AS picked_fence FROM (SELECT count(*) AS found FROM picked) AS counted WHERE found = {most})
            UPDATE nodes SET {set}, fence = picked_fence FROM picked, whole WHERE name = picked_name
            RETURNING {NodeColumns(now)}
            """;
    }

    private static FormattableString Whole(int? all) => all is { } count ? (FormattableString)$"AND (SELECT count(*) FROM mine) = {(long)count}" : $"";
}
