using System.Data.Common;
using System.Text.Json;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>jobs</c>.</summary>
/// <param name="connection">Open.</param>
/// <param name="transaction">The connection's transaction, or null for none.</param>
internal sealed class JobTable(DbConnection connection, DbTransaction? transaction = null)
{
    /// <summary>A job of a run, or null.</summary>
    public async Task<JobRow?> FindAsync(long run, string jobId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"SELECT * FROM jobs WHERE RunId = {run} AND JobId = {jobId}", Read, transaction, cancellationToken)).SingleOrDefault();

    /// <summary>The jobs of a run, in no order.</summary>
    public Task<List<JobRow>> ListAsync(long run, CancellationToken cancellationToken) =>
        connection.QueryAsync($"SELECT * FROM jobs WHERE RunId = {run}", Read, transaction, cancellationToken);

    /// <summary>Jobs that wait or run, of which a process is known.</summary>
    public Task<List<Suspect>> UnfinishedAsync(CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT runs.Name, jobs.JobId, jobs.Process, jobs.ArchivePath FROM jobs JOIN runs ON runs.Id = jobs.RunId
        WHERE jobs.Status IN ({JobState.Waiting}, {JobState.Running}) AND jobs.Process IS NOT NULL
        """,
        row => new Suspect(row.GetString(0), row.GetString(1), row.GetString(2), row.Text(nameof(JobRow.ArchivePath))),
        transaction,
        cancellationToken);

    /// <summary>Jobs that had a machine among their targets, the newest first.</summary>
    public Task<List<(string Run, JobRow Job)>> OfNodeAsync(string node, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT jobs.*, runs.Name AS RunName FROM jobs JOIN runs ON runs.Id = jobs.RunId
        WHERE EXISTS (SELECT 1 FROM json_each(jobs.Document, '$.targets') AS target WHERE substr(target.key, instr(target.key, '@') + 1) = {node})
        ORDER BY jobs.Posted DESC, jobs.Id DESC
        """,
        row => (row.Text("RunName")!, Read(row)),
        transaction,
        cancellationToken);

    /// <summary>How many jobs of each state each machine had, of those that came since then.</summary>
    public Task<List<NodeState>> NodeStatesAsync(DateTime since, IReadOnlyList<string>? types, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT substr(target.key, instr(target.key, '@') + 1) AS Node, CASE jobs.Status WHEN {JobState.Skip} THEN {JobState.Unknown} ELSE jobs.Status END AS State, count(*) AS Jobs
        FROM jobs, json_each(jobs.Document, '$.targets') AS target
        WHERE jobs.Posted >= {since} AND ({(types is null ? 1 : 0)} = 1 OR json_extract(jobs.Document, '$.machine_type') IN (SELECT value FROM json_each({JsonSerializer.Serialize(types)})))
        GROUP BY Node, State
        """,
        row => new NodeState(row.GetString(0), row.GetString(1), row.GetInt32(2)),
        transaction,
        cancellationToken);

    /// <summary>How many jobs of each state a run has.</summary>
    public async Task<Dictionary<string, int>> CountAsync(long run, CancellationToken cancellationToken) => (await connection.QueryAsync(
        $"SELECT Status, count(*) FROM jobs WHERE RunId = {run} GROUP BY Status",
        row => (Status: row.GetString(0), Count: row.GetInt32(1)),
        transaction,
        cancellationToken)).ToDictionary(row => row.Status, row => row.Count);

    /// <summary>What a run's first job, by the text of its id, tells of the run; null when it has none.</summary>
    public async Task<First?> FirstAsync(long run, CancellationToken cancellationToken) => (await connection.QueryAsync(
        $"SELECT Sha1, Flavor, Priority FROM jobs WHERE RunId = {run} ORDER BY JobId LIMIT 1",
        row => new First(row.Text(nameof(JobRow.Sha1)), row.Text(nameof(JobRow.Flavor)), (int?)row.Whole(nameof(JobRow.Priority))),
        transaction,
        cancellationToken)).SingleOrDefault();

    /// <summary>Writes a job, new or changed.</summary>
    public Task SaveAsync(JobRow job, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"""
        INSERT INTO jobs (RunId, JobId, Status, Description, Duration, FailureReason, Owner, ArchivePath, Sha1, Flavor, Priority, Process,
            Posted, Started, Updated, Document)
        VALUES ({job.RunId}, {job.JobId}, {job.Status}, {job.Description}, {job.Duration}, {job.FailureReason}, {job.Owner}, {job.ArchivePath},
            {job.Sha1}, {job.Flavor}, {job.Priority}, {job.Process}, {job.Posted}, {job.Started}, {job.Updated}, {job.Document})
        ON CONFLICT (RunId, JobId) DO UPDATE SET
            Status = excluded.Status, Description = excluded.Description, Duration = excluded.Duration, FailureReason = excluded.FailureReason,
            Owner = excluded.Owner, ArchivePath = excluded.ArchivePath, Sha1 = excluded.Sha1, Flavor = excluded.Flavor,
            Priority = excluded.Priority, Process = excluded.Process, Started = excluded.Started, Updated = excluded.Updated,
            Document = excluded.Document
        """,
        transaction,
        cancellationToken);

    private static JobRow Read(DbDataReader row) => new()
    {
        Id = row.Whole(nameof(JobRow.Id))!.Value,
        RunId = row.Whole(nameof(JobRow.RunId))!.Value,
        JobId = row.Text(nameof(JobRow.JobId))!,
        Status = row.Text(nameof(JobRow.Status))!,
        Description = row.Text(nameof(JobRow.Description)),
        Duration = row[nameof(JobRow.Duration)] as double?,
        FailureReason = row.Text(nameof(JobRow.FailureReason)),
        Owner = row.Text(nameof(JobRow.Owner)),
        ArchivePath = row.Text(nameof(JobRow.ArchivePath)),
        Sha1 = row.Text(nameof(JobRow.Sha1)),
        Flavor = row.Text(nameof(JobRow.Flavor)),
        Priority = (int?)row.Whole(nameof(JobRow.Priority)),
        Process = row.Text(nameof(JobRow.Process)),
        Posted = row.Time(nameof(JobRow.Posted))!.Value,
        Started = row.Time(nameof(JobRow.Started)),
        Updated = row.Time(nameof(JobRow.Updated))!.Value,
        Document = row.Text(nameof(JobRow.Document))!,
    };

    /// <summary>A job whose process may be gone.</summary>
    internal sealed record Suspect(string Run, string JobId, string Process, string? ArchivePath);

    /// <summary>Columns of a run's first job.</summary>
    internal sealed record First(string? Sha1, string? Flavor, int? Priority);
}
