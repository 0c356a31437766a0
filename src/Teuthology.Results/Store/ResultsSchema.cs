using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>The tables of runs and jobs. Statements name columns as PostgreSQL does, in small letters; SQLite does not care.</summary>
internal static partial class ResultsSchema
{
    public static StoreSchema Tables { get; } = new()
    {
        Name = "results",
        Title = "results store",
        Sqlite = SqliteSteps,
        Postgres = PostgresSteps,
    };
}
