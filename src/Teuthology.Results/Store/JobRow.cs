namespace Teuthology.Results;

/// <summary>A row of table <c>jobs</c>: what is searched for has a column, all of it is in <see cref="Document"/>.</summary>
internal sealed class JobRow
{
    public long Id { get; set; }

    public long RunId { get; set; }

    public RunRow? Run { get; set; }

    public required string JobId { get; set; }

    public required string Status { get; set; }

    public string? Description { get; set; }

    public double? Duration { get; set; }

    public string? FailureReason { get; set; }

    public string? Owner { get; set; }

    public string? ArchivePath { get; set; }

    public string? Sha1 { get; set; }

    public string? Flavor { get; set; }

    public int? Priority { get; set; }

    /// <summary>The process that runs the job, see <see cref="ProcessMark"/>; null when it is not known.</summary>
    public string? Process { get; set; }

    public DateTime Posted { get; set; }

    public DateTime? Started { get; set; }

    public DateTime Updated { get; set; }

    /// <summary>A JSON object.</summary>
    public required string Document { get; set; }
}
