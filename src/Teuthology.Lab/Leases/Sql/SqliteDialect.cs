using System.Text.Json;

namespace Teuthology.Lab;

/// <summary>SQLite: one writer at a time, so a statement sees nothing half done.</summary>
/// <param name="clock">Milliseconds by the store's clock.</param>
internal sealed class SqliteDialect(Func<long> clock) : LeaseDialect
{
    public override FormattableString Now() => $"{clock()}";

    public override FormattableString In(FormattableString text, IReadOnlyList<string> values) =>
        $"{text} IN (SELECT value FROM json_each({JsonSerializer.Serialize(values)}))";

    public override FormattableString Contains(FormattableString list, FormattableString text) =>
        $"{text} IN (SELECT value FROM json_each({list}))";

    public override FormattableString Update(FormattableString set, FormattableString where, FormattableString now, int? all = null) => $"""
        UPDATE nodes SET {set} WHERE {where} {Whole(where, all)} RETURNING {NodeColumns(now)}
        """;

    public override FormattableString Claim(int count, FormattableString where, FormattableString set, FormattableString now, ClaimReach reach) => $"""
        WITH free AS (SELECT name, up, locked FROM nodes WHERE {where})
        UPDATE nodes SET {set}, fence = picked_fence
        FROM (
            SELECT name AS picked_name,
                   1 + max((SELECT coalesce(max(fence), 0) FROM nodes), (SELECT value FROM fence_floor)) AS picked_fence
            FROM free
            WHERE (SELECT count(*) FROM free) >= {count}
            ORDER BY up DESC, locked, length(name), name LIMIT {count}) AS picked
        WHERE nodes.name = picked.picked_name
        RETURNING {NodeColumns(now)}
        """;

    private static FormattableString Whole(FormattableString where, int? all) =>
        all is { } count ? (FormattableString)$"AND (SELECT count(*) FROM nodes WHERE {where}) = {count}" : $"";
}
