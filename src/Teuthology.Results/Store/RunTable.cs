using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>runs</c>.</summary>
/// <param name="connection">Open.</param>
/// <param name="transaction">The connection's transaction, or null for none.</param>
internal sealed class RunTable(DbConnection connection, DbTransaction? transaction = null)
{
    /// <summary>The run of that name, or null.</summary>
    public async Task<RunRow?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"SELECT * FROM runs WHERE Name = {name}", Read, transaction, cancellationToken)).SingleOrDefault();

    /// <summary>A page of runs, newest first.</summary>
    public Task<List<RunRow>> ListAsync(RunQuery query, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT * FROM runs
        WHERE ({query.Suite} IS NULL OR Suite = {query.Suite})
          AND ({query.Branch} IS NULL OR Branch = {query.Branch})
          AND ({query.User} IS NULL OR "User" = {query.User})
        ORDER BY Posted DESC, Id DESC
        LIMIT {query.Count} OFFSET {(Math.Max(query.Page, 1) - 1L) * query.Count}
        """,
        Read,
        transaction,
        cancellationToken);

    /// <summary>Writes a run, new or changed.</summary>
    /// <returns>Its id.</returns>
    public async Task<long> SaveAsync(RunRow run, CancellationToken cancellationToken) => (await connection.QueryAsync(
        $"""
        INSERT INTO runs (Name, "User", Suite, Branch, MachineType, Scheduled, Posted, Started, Updated)
        VALUES ({run.Name}, {run.User}, {run.Suite}, {run.Branch}, {run.MachineType}, {run.Scheduled}, {run.Posted}, {run.Started}, {run.Updated})
        ON CONFLICT (Name) DO UPDATE SET
            Suite = excluded.Suite, Branch = excluded.Branch, MachineType = excluded.MachineType, Started = excluded.Started, Updated = excluded.Updated
        RETURNING Id
        """,
        row => row.GetInt64(0),
        transaction,
        cancellationToken)).Single();

    private static RunRow Read(DbDataReader row) => new()
    {
        Id = row.Whole(nameof(RunRow.Id))!.Value,
        Name = row.Text(nameof(RunRow.Name))!,
        User = row.Text(nameof(RunRow.User))!,
        Suite = row.Text(nameof(RunRow.Suite))!,
        Branch = row.Text(nameof(RunRow.Branch))!,
        MachineType = row.Text(nameof(RunRow.MachineType))!,
        Scheduled = row.Time(nameof(RunRow.Scheduled))!.Value,
        Posted = row.Time(nameof(RunRow.Posted))!.Value,
        Started = row.Time(nameof(RunRow.Started)),
        Updated = row.Time(nameof(RunRow.Updated))!.Value,
    };
}
