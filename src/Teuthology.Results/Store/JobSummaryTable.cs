using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>jobs</c> that leave the documents where they are.</summary>
/// <param name="connection">Open.</param>
internal sealed class JobSummaryTable(DbConnection connection)
{
    // A row is read by the places of its columns: a look for a name costs as much as the value.
    private static FormattableString Jobs => $"""
        SELECT runs.Name, jobs.JobId, jobs.Status, jobs.Description, jobs.Duration, jobs.FailureReason, jobs.ArchivePath, jobs.Sha1,
            jobs.Posted, jobs.Started, jobs.Updated,
            CASE WHEN jobs.FailureReason IS NULL THEN NULL ELSE jobs.FailureSignature END
        FROM jobs JOIN runs ON runs.Id = jobs.RunId
        """;

    /// <summary>How the jobs of some runs ended, in no order.</summary>
    /// <param name="dialect">Which database it is.</param>
    /// <param name="runs">Names of the runs.</param>
    /// <param name="status">Only those in this state; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<List<JobOutcome>> OutcomesAsync(ResultsDialect dialect, IReadOnlyList<string> runs, string? status, CancellationToken cancellationToken)
    {
        FormattableString only = status is null ? (FormattableString)$"" : $"AND jobs.Status = {status}";
        return connection.QueryAsync(
            $"""
            SELECT runs.Name, jobs.JobId, jobs.Status, jobs.Description, jobs.Sha1, jobs.Posted
            FROM jobs JOIN runs ON runs.Id = jobs.RunId WHERE {dialect.In($"runs.Name", runs)} {only}
            """,
            row => new JobOutcome(row.GetString(0), row.GetString(1), row.GetString(2), Text(row, 3), Text(row, 4), Time(row, 5)!.Value),
            null,
            cancellationToken);
    }

    /// <summary>The jobs of a run, in no order.</summary>
    public Task<List<JobSummary>> OfRunAsync(string run, CancellationToken cancellationToken) => connection.QueryAsync(
        $"{Jobs} WHERE runs.Name = {run}",
        Read,
        null,
        cancellationToken);

    /// <summary>The last jobs of a description, the newest first.</summary>
    public Task<List<JobSummary>> OfDescriptionAsync(string description, int count, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        {Jobs} WHERE jobs.Description = {description}
        ORDER BY jobs.Posted DESC, jobs.Id DESC LIMIT {count}
        """,
        Read,
        null,
        cancellationToken);

    /// <summary>Jobs that failed or died and changed since then, the latest change first.</summary>
    public Task<List<JobSummary>> FailuresAsync(DateTime since, int count, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        {Jobs}
        WHERE jobs.FailedAt >= {since}
        ORDER BY jobs.FailedAt DESC, jobs.Id DESC LIMIT {count}
        """,
        Read,
        null,
        cancellationToken);

    private static JobSummary Read(DbDataReader row) => new()
    {
        RunName = row.GetString(0),
        JobId = row.GetString(1),
        Status = row.GetString(2),
        Description = Text(row, 3),
        Duration = row.IsDBNull(4) ? null : row.GetDouble(4),
        FailureReason = Text(row, 5),
        ArchivePath = Text(row, 6),
        Sha1 = Text(row, 7),
        Posted = Time(row, 8)!.Value,
        Started = Time(row, 9),
        Updated = Time(row, 10)!.Value,
        FailureSignature = Text(row, 11),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTime? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null : DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);
}
