using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>Opens stores, sound or with a mutant.</summary>
internal static class StoreKinds
{
    public static ILocks Open(string store, Mutant mutant, TimeProvider time)
    {
        if (IsServer(store))
            return ServerLocks.Open(store);
        var leases = new LeaseStore(store, time);
        return mutant switch
        {
            Mutant.SplitClaim => new SplitClaim(leases, () => Connect(store)),
            Mutant.OwnClock => new OwnClockClaim(leases, () => Connect(store), time),
            _ => new StoreLocks(leases),
        };
    }

    /// <summary>Whether a store is reached over HTTP.</summary>
    public static bool IsServer(string store) => store.StartsWith("http://", StringComparison.Ordinal);

    private static DbConnection Connect(string store) => store.StartsWith("Host=", StringComparison.Ordinal)
        ? new NpgsqlConnection($"{store};Search Path=teuthology_leases")
        : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, DefaultTimeout = 10 }.ToString());
}
