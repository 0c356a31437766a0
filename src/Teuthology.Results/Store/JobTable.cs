using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>jobs</c> and the links of jobs to machines.</summary>
/// <param name="connection">Open.</param>
/// <param name="dialect">Which database it is.</param>
/// <param name="transaction">The connection's transaction, or null for none.</param>
internal sealed class JobTable(DbConnection connection, ResultsDialect dialect, DbTransaction? transaction = null)
{
    private static FormattableString Columns =>
        $"jobs.id, jobs.runid, jobs.jobid, jobs.status, jobs.duration, jobs.process, jobs.posted, jobs.started, jobs.ownarchive, jobs.updated, jobs.document, jobs.extra";

    /// <summary>Reads jobs by the names of their runs and their ids.</summary>
    public SqlQuestion Find(IReadOnlyList<(string Run, string Job)> asked, Action<JobRow> read) => new(dialect.Jobs(Columns, asked), row => read(Row(row)));

    /// <summary>One job; null when there is none of that id.</summary>
    public async Task<JobRow?> FindAsync(string run, string job, CancellationToken cancellationToken)
    {
        JobRow? found = null;
        await connection.AskAsync([Find([(run, job)], row => found = row)], transaction, cancellationToken);
        return found;
    }

    /// <summary>Whether no job of a run has that id.</summary>
    public async Task<bool> IsFreeAsync(long run, string job, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"SELECT 1 FROM jobs WHERE runid = {run} AND jobid = {job}", _ => 1, transaction, cancellationToken)).Count == 0;

    /// <summary>The machines that jobs are linked to.</summary>
    public Task<List<(long Job, string Node)>> NodesAsync(IReadOnlyList<long> jobs, CancellationToken cancellationToken) => connection.QueryAsync(
        $"SELECT job, node FROM job_nodes WHERE {dialect.In($"job", jobs)}", row => (row.GetInt64(0), row.GetString(1)), transaction, cancellationToken);

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

    /// <summary>How many jobs of each state there are.</summary>
    public Task<List<(string Status, int Jobs)>> CountAsync(JobQuery query, CancellationToken cancellationToken) => connection.QueryAsync(
        $"SELECT jobs.status, count(*) FROM jobs JOIN runs ON runs.id = jobs.runid WHERE {new JobConditions(dialect).Of(query)} GROUP BY jobs.status",
        row => (row.GetString(0), (int)row.GetInt64(1)),
        transaction,
        cancellationToken);

    /// <summary>Jobs that wait or run, of which a process is known.</summary>
    public Task<List<Suspect>> UnfinishedAsync(CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT runs.name, jobs.jobid, jobs.process, jobs.ownarchive FROM jobs JOIN runs ON runs.id = jobs.runid
        WHERE jobs.status IN ('waiting', 'running') AND jobs.process IS NOT NULL
        """,
        row => new Suspect(row.GetString(0), row.GetString(1), row.GetString(2), row.Text("ownarchive")),
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

    /// <summary>Writes that jobs were heard of, where nothing else of them is new.</summary>
    public FormattableString Touch(IReadOnlyList<long> jobs, DateTime updated) => $"""
        UPDATE jobs SET updated = {updated}, failedat = CASE WHEN failedat IS NULL THEN NULL ELSE {updated} END, poppeduntil = NULL
        WHERE {dialect.In($"id", jobs)}
        """;

    /// <summary>Writes jobs, new or changed, with what they are newly linked to.</summary>
    public IEnumerable<FormattableString> Save(IReadOnlyList<JobRow> jobs)
    {
        var fresh = jobs.Where(job => job.Id == 0).ToList();
        return JobAdding.Of(fresh, dialect).Concat(jobs.Except(fresh).Select(Update)).Concat(jobs.SelectMany(Links));
    }

    private static FormattableString Update(JobRow job) => $"""
        UPDATE jobs SET jobid = {job.JobId}, status = {job.Status}, description = {job.Description}, duration = {job.Duration},
            failurereason = {job.FailureReason}, owner = {job.Owner}, archivepath = {job.ArchivePath}, sha1 = {job.Sha1}, flavor = {job.Flavor},
            priority = {job.Priority}, process = {job.Process}, started = {job.Started}, updated = {job.Updated}, document = {job.Wire.ToJsonString()},
            extra = {job.Extra.ToJsonString()}, branch = {job.Branch}, "user" = {job.User}, machinetype = {job.MachineType}, queue = {job.Queue},
            failuresignature = {job.FailureSignature}, failedat = {job.FailedAt}, ownarchive = {job.OwnArchive}, poppeduntil = NULL
        WHERE id = {job.Id}
        """;

    private static IEnumerable<FormattableString> Links(JobRow job) => job.NewNodes.Select(node => (FormattableString)$"""
        INSERT INTO job_nodes (node, job) SELECT {node}, id FROM jobs WHERE runid = {job.RunId} AND jobid = {job.JobId}
        ON CONFLICT (node, job) DO NOTHING
        """);

    private static JobRow Row(DbDataReader row)
    {
        var stored = new JobText(row.GetString(10), row.IsDBNull(11) ? null : row.GetString(11));
        var (wire, extra) = stored.Read();
        var job = new JobRow
        {
            Id = row.GetInt64(0),
            RunId = row.GetInt64(1),
            JobId = row.GetString(2),
            Status = row.GetString(3),
            Duration = row.IsDBNull(4) ? null : row.GetDouble(4),
            Process = row.IsDBNull(5) ? null : row.GetString(5),
            Posted = Time(6)!.Value,
            Started = Time(7),
            OwnArchive = row.IsDBNull(8) ? null : row.GetString(8),
            Updated = Time(9)!.Value,
            Wire = wire,
            Extra = extra,
        };
        job.Keep(stored);
        return job;

        DateTime? Time(int column) => row.IsDBNull(column) ? null : DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);
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
    internal sealed record Suspect(string Run, string JobId, string Process, string? OwnArchive);
}
