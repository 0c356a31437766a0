using System.Data.Common;
using System.Diagnostics;
using Teuthology.Lab;
using Teuthology.Sql;

namespace Teuthology.LockTest;

/// <summary>
/// A mutant's claim, as a store would have it that was written without care. It writes to the product's own tables; everything but the claim is
/// the product.
/// </summary>
internal abstract class BrokenLocks(LeaseStore store, Func<DbConnection> connect) : StoreLocks(store)
{
    private long? _base;

    public override async Task<Lease?> TryClaimAsync(ClaimRequest request)
    {
        await using var connection = connect();
        await connection.OpenAsync();
        return await ClaimAsync(request, connection);
    }

    public override async Task<Lease> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryClaimAsync(request) is { } lease)
                return lease;
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    protected abstract Task<Lease?> ClaimAsync(ClaimRequest request, DbConnection connection);

    /// <summary>The time of the store, as the product tells it.</summary>
    protected async Task<long> NowAsync(DbConnection connection)
    {
        if (connection is not Microsoft.Data.Sqlite.SqliteConnection)
            return (await connection.QueryAsync($"SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)", row => row.GetInt64(0), null, CancellationToken.None))[0];
        _base ??= (await connection.QueryAsync($"SELECT max(base) FROM clock", row => row.GetInt64(0), null, CancellationToken.None))[0];
        return _base.Value + (Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000));
    }

    protected static Lease LeaseOf(ClaimRequest request, long fence, IReadOnlyList<string> nodes, long now) => new(
        fence, nodes, request.Owner, DateTimeOffset.FromUnixTimeMilliseconds(now), DateTimeOffset.FromUnixTimeMilliseconds(now + (long)request.Duration.TotalMilliseconds));
}
