using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>The tables of machines and leases.</summary>
internal static partial class LeaseSchema
{
    // A power cut may lose the last leases, which the boot ended anyway.
    public static StoreSchema Tables { get; } = new()
    {
        Name = "leases",
        Title = "lease store",
        Sqlite = SqliteSteps,
        Postgres = PostgresSteps,
        IsDurable = false,
        TellIf = $"SELECT 1 FROM waiters",
    };
}
