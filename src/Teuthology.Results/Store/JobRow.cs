using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A row of table <c>jobs</c>: what is searched for has a column, all of it is in <see cref="Wire"/> and <see cref="Extra"/>.</summary>
internal sealed class JobRow
{
    /// <summary>0 until the row is written.</summary>
    public long Id { get; set; }

    /// <summary>The number that a new row gets; 0 for any.</summary>
    public long NewId { get; init; }

    public long RunId { get; set; }

    public required string JobId { get; set; }

    /// <summary>Null for a job that nobody told of yet.</summary>
    public string? Status { get; set; }

    public string? Description { get; set; }

    public double? Duration { get; set; }

    public string? FailureReason { get; set; }

    public string? Owner { get; set; }

    public string? ArchivePath { get; set; }

    public string? Sha1 { get; set; }

    public string? Flavor { get; set; }

    public long? Priority { get; set; }

    /// <summary>The process that runs the job, a <see cref="ControllerProcess"/>; null when it is not known.</summary>
    public string? Process { get; set; }

    public DateTime Posted { get; set; }

    public DateTime? Started { get; set; }

    public DateTime Updated { get; set; }

    public string? Branch { get; set; }

    public string? User { get; set; }

    public string? MachineType { get; set; }

    public string? Queue { get; set; }

    public string? FailureSignature { get; set; }

    /// <summary>The keys of the wire, in its order.</summary>
    public required JsonObject Wire { get; init; }

    /// <summary>The keys that nobody else knows.</summary>
    public required JsonObject Extra { get; init; }

    /// <summary>The machines that the job is linked to.</summary>
    public HashSet<string> Nodes { get; init; } = [];

    /// <summary>Machines that are linked to the job by the change at hand.</summary>
    public List<string> NewNodes { get; } = [];
}
