using System.Data.Common;
using Teuthology.Lab;
using Teuthology.Sql;

namespace Teuthology.LockTest;

/// <summary>The mutant that looks for free machines in one statement and takes them in the next.</summary>
internal sealed class SplitClaim(LeaseStore store, Func<DbConnection> connect) : BrokenLocks(store, connect)
{
    protected override async Task<Lease?> ClaimAsync(ClaimRequest request, DbConnection connection)
    {
        var now = await NowAsync(connection);
        var until = now + (long)request.Duration.TotalMilliseconds;
        var free = await connection.QueryAsync(
            $"SELECT name FROM nodes WHERE locked = 0 OR expires_at <= {now} ORDER BY name", row => row.GetString(0), null, CancellationToken.None);
        var taken = free.Where(n => request.Among?.Contains(n) != false).Take(request.Count).ToList();
        if (taken.Count < request.Count)
            return null;
        var fence = (await connection.QueryAsync($"SELECT coalesce(max(fence), 0) + 1 FROM nodes", row => row.GetInt64(0), null, CancellationToken.None))[0];
        foreach (var name in taken)
        {
            await connection.ExecuteAsync(
                $"""
                UPDATE nodes SET locked = 1, locked_by = {request.Owner}, description = {request.Description}, locked_since = {now}, heartbeat_at = {now},
                    changed_at = {now}, expires_at = {until}, controller = {request.Controller?.ToString()}, fence = {fence}
                WHERE name = {name}
                """,
                null,
                CancellationToken.None);
        }

        return LeaseOf(request, fence, taken, now);
    }
}
