using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>jobs</c> and the links of jobs to machines.</summary>
/// <param name="connection">Open.</param>
/// <param name="dialect">Which database it is.</param>
/// <param name="transaction">The connection's transaction, or null for none.</param>
internal sealed class JobTable(DbConnection connection, ResultsDialect dialect, DbTransaction? transaction = null)
{
    /// <summary>Some jobs of a run.</summary>
    public Task<List<JobRow>> FindAsync(long run, IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        connection.QueryAsync($"SELECT * FROM jobs WHERE runid = {run} AND {dialect.In($"jobid", ids)}", Row, transaction, cancellationToken);

    /// <summary>The machines that jobs of a run are linked to.</summary>
    public Task<List<(long Job, string Node)>> NodesAsync(long run, IReadOnlyList<string> ids, CancellationToken cancellationToken) => connection.QueryAsync(
        $"SELECT job, node FROM job_nodes WHERE job IN (SELECT id FROM jobs WHERE runid = {run} AND {dialect.In($"jobid", ids)})",
        row => (row.GetInt64(0), row.GetString(1)),
        transaction,
        cancellationToken);

    /// <summary>A number that is nobody's.</summary>
    public async Task<long> NextIdAsync(CancellationToken cancellationToken) =>
        (await connection.QueryAsync(dialect.NextJob, row => row.GetInt64(0), transaction, cancellationToken))[0];

    /// <summary>Jobs with the names of their runs.</summary>
    public Task<List<JobRecord>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        FormattableString paging = query.Count is { } count ? (FormattableString)$"LIMIT {count} OFFSET {(Math.Max(query.Page, 1) - 1L) * count}" : (FormattableString)$"";
        FormattableString order = query.ByPriority ? (FormattableString)$"jobs.priority IS NULL, jobs.priority, jobs.id" : $"jobs.posted DESC, jobs.id DESC";
        return connection.QueryAsync(
            $"SELECT jobs.*, runs.name AS runname FROM jobs JOIN runs ON runs.id = jobs.runid WHERE {new JobConditions(dialect).Of(query)} ORDER BY {order} {paging}",
            Record,
            transaction,
            cancellationToken);
    }

    /// <summary>Jobs that wait or run, of which a process is known.</summary>
    public Task<List<Suspect>> UnfinishedAsync(CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT runs.name, jobs.jobid, jobs.process, jobs.archivepath FROM jobs JOIN runs ON runs.id = jobs.runid
        WHERE jobs.status IN ('waiting', 'running') AND jobs.process IS NOT NULL
        """,
        row => new Suspect(row.GetString(0), row.GetString(1), row.GetString(2), row.Text("archivepath")),
        transaction,
        cancellationToken);

    /// <summary>How many jobs of each state each machine had, of those that came since then.</summary>
    public Task<List<NodeState>> NodeStatesAsync(DateTime since, IReadOnlyList<string>? types, CancellationToken cancellationToken)
    {
        FormattableString ofType = types is null ? (FormattableString)$"" : $"AND {dialect.In($"jobs.machinetype", types)}";
        return connection.QueryAsync(
            $"""
            SELECT job_nodes.node, CASE jobs.status WHEN 'skip' THEN 'unknown' ELSE jobs.status END AS state, count(*) AS jobs
            FROM jobs JOIN job_nodes ON job_nodes.job = jobs.id
            WHERE jobs.posted >= {since} {ofType}
            GROUP BY job_nodes.node, CASE jobs.status WHEN 'skip' THEN 'unknown' ELSE jobs.status END
            """,
            row => new NodeState(row.GetString(0), row.GetString(1), (int)row.GetInt64(2)),
            transaction,
            cancellationToken);
    }

    /// <summary>Writes a job, new or changed, with what it is newly linked to.</summary>
    public static IEnumerable<FormattableString> Save(JobRow job)
    {
        var (wire, extra) = (job.Wire.ToJsonString(), job.Extra.ToJsonString());
        if (job.Id == 0)
        {
            FormattableString column = job.NewId == 0 ? (FormattableString)$"" : $"id, ";
            FormattableString value = job.NewId == 0 ? (FormattableString)$"" : $"{job.NewId}, ";
            yield return $"""
                INSERT INTO jobs ({column}runid, jobid, status, description, duration, failurereason, owner, archivepath, sha1, flavor, priority, process,
                    posted, started, updated, document, extra, branch, "user", machinetype, queue, failuresignature)
                VALUES ({value}{job.RunId}, {job.JobId}, {job.Status}, {job.Description}, {job.Duration}, {job.FailureReason}, {job.Owner}, {job.ArchivePath},
                    {job.Sha1}, {job.Flavor}, {job.Priority}, {job.Process}, {job.Posted}, {job.Started}, {job.Updated}, {wire}, {extra},
                    {job.Branch}, {job.User}, {job.MachineType}, {job.Queue}, {job.FailureSignature})
                """;
        }
        else
        {
            yield return $"""
                UPDATE jobs SET jobid = {job.JobId}, status = {job.Status}, description = {job.Description}, duration = {job.Duration},
                    failurereason = {job.FailureReason}, owner = {job.Owner}, archivepath = {job.ArchivePath}, sha1 = {job.Sha1}, flavor = {job.Flavor},
                    priority = {job.Priority}, process = {job.Process}, started = {job.Started}, updated = {job.Updated}, document = {wire}, extra = {extra},
                    branch = {job.Branch}, "user" = {job.User}, machinetype = {job.MachineType}, queue = {job.Queue}, failuresignature = {job.FailureSignature},
                    poppeduntil = NULL
                WHERE id = {job.Id}
                """;
        }

        foreach (var node in job.NewNodes)
        {
            yield return $"""
                INSERT INTO job_nodes (node, job) SELECT {node}, id FROM jobs WHERE runid = {job.RunId} AND jobid = {job.JobId}
                ON CONFLICT (node, job) DO NOTHING
                """;
        }
    }

    private static JobRow Row(DbDataReader row)
    {
        var (wire, extra) = new JobText(row.Text("document")!, row.Text("extra")).Read();
        return new JobRow
        {
            Id = row.Whole("id")!.Value,
            RunId = row.Whole("runid")!.Value,
            JobId = row.Text("jobid")!,
            Status = row.Text("status")!,
            Duration = row["duration"] as double?,
            Process = row.Text("process"),
            Posted = row.Time("posted")!.Value,
            Started = row.Time("started"),
            Updated = row.Time("updated")!.Value,
            Wire = wire,
            Extra = extra,
        };
    }

    private static JobRecord Record(DbDataReader row) => new()
    {
        RowId = row.Whole("id")!.Value,
        RunName = row.Text("runname")!,
        JobId = row.Text("jobid")!,
        Status = row.Text("status")!,
        Description = row.Text("description"),
        Duration = row["duration"] as double?,
        FailureReason = row.Text("failurereason"),
        Owner = row.Text("owner"),
        ArchivePath = row.Text("archivepath"),
        Posted = row.Time("posted")!.Value,
        Started = row.Time("started"),
        Updated = row.Time("updated")!.Value,
        Stored = new JobText(row.Text("document")!, row.Text("extra")),
    };

    /// <summary>A job whose process may be gone.</summary>
    internal sealed record Suspect(string Run, string JobId, string Process, string? ArchivePath);
}
