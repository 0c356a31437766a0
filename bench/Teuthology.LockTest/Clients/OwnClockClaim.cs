using System.Data.Common;
using Teuthology.Lab;
using Teuthology.Sql;

namespace Teuthology.LockTest;

/// <summary>The mutant that claims in one statement, but by the client's clock: one that is fast finds everybody's leases over.</summary>
internal sealed class OwnClockClaim(LeaseStore store, Func<DbConnection> connect, TimeProvider time) : BrokenLocks(store, connect)
{
    protected override async Task<Lease?> ClaimAsync(ClaimRequest request, DbConnection connection)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now + (long)request.Duration.TotalMilliseconds;
        var taken = await connection.QueryAsync(
            $"""
            UPDATE nodes SET locked = 1, locked_by = {request.Owner}, description = {request.Description}, locked_since = {now}, heartbeat_at = {now},
                changed_at = {now}, expires_at = {until}, controller = {request.Controller?.ToString()}, fence = top.next
            FROM (SELECT max(fence) + 1 AS next FROM nodes) AS top,
                 (SELECT name AS picked FROM nodes WHERE locked = 0 OR expires_at <= {now} ORDER BY name LIMIT {request.Count}) AS free
            WHERE name = picked AND (locked = 0 OR expires_at <= {now})
              AND (SELECT count(*) FROM nodes WHERE locked = 0 OR expires_at <= {now}) >= {request.Count}
            RETURNING name, fence
            """,
            row => (Name: row.GetString(0), Fence: row.GetInt64(1)),
            null,
            CancellationToken.None);
        return taken.Count == 0 ? null : LeaseOf(request, taken[0].Fence, [.. taken.Select(t => t.Name)], now);
    }
}
