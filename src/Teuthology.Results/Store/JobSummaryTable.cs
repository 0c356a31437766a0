using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>jobs</c> that leave the documents where they are.</summary>
/// <param name="connection">Open.</param>
internal sealed class JobSummaryTable(DbConnection connection)
{
    /// <summary>The jobs of a run, in no order.</summary>
    public Task<List<JobSummary>> OfRunAsync(string run, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT runs.Name AS RunName, jobs.JobId, jobs.Status, jobs.Description, jobs.Duration, jobs.FailureReason, jobs.ArchivePath, jobs.Sha1,
            jobs.Posted, jobs.Started, jobs.Updated,
            CASE WHEN jobs.FailureReason IS NULL THEN NULL ELSE jobs.FailureSignature END AS Signature
        FROM jobs JOIN runs ON runs.Id = jobs.RunId WHERE runs.Name = {run}
        """,
        Read,
        null,
        cancellationToken);

    /// <summary>The last jobs of a description, the newest first.</summary>
    public Task<List<JobSummary>> OfDescriptionAsync(string description, int count, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT runs.Name AS RunName, jobs.JobId, jobs.Status, jobs.Description, jobs.Duration, jobs.FailureReason, jobs.ArchivePath, jobs.Sha1,
            jobs.Posted, jobs.Started, jobs.Updated,
            CASE WHEN jobs.FailureReason IS NULL THEN NULL ELSE jobs.FailureSignature END AS Signature
        FROM jobs JOIN runs ON runs.Id = jobs.RunId WHERE jobs.Description = {description}
        ORDER BY jobs.Posted DESC, jobs.Id DESC LIMIT {count}
        """,
        Read,
        null,
        cancellationToken);

    /// <summary>Jobs that failed or died and changed since then, the latest change first.</summary>
    public Task<List<JobSummary>> FailuresAsync(DateTime since, int count, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT runs.Name AS RunName, jobs.JobId, jobs.Status, jobs.Description, jobs.Duration, jobs.FailureReason, jobs.ArchivePath, jobs.Sha1,
            jobs.Posted, jobs.Started, jobs.Updated,
            CASE WHEN jobs.FailureReason IS NULL THEN NULL ELSE jobs.FailureSignature END AS Signature
        FROM jobs JOIN runs ON runs.Id = jobs.RunId
        WHERE jobs.Status IN ('fail', 'dead') AND jobs.Updated >= {since}
        ORDER BY jobs.Updated DESC, jobs.Id DESC LIMIT {count}
        """,
        Read,
        null,
        cancellationToken);

    private static JobSummary Read(DbDataReader row) => new()
    {
        RunName = row.Text("RunName")!,
        JobId = row.Text(nameof(JobRow.JobId))!,
        Status = row.Text(nameof(JobRow.Status))!,
        Description = row.Text(nameof(JobRow.Description)),
        Duration = row[nameof(JobRow.Duration)] as double?,
        FailureReason = row.Text(nameof(JobRow.FailureReason)),
        ArchivePath = row.Text(nameof(JobRow.ArchivePath)),
        Sha1 = row.Text(nameof(JobRow.Sha1)),
        Posted = row.Time(nameof(JobRow.Posted))!.Value,
        Started = row.Time(nameof(JobRow.Started)),
        Updated = row.Time(nameof(JobRow.Updated))!.Value,
        FailureSignature = row.Text("Signature"),
    };
}
