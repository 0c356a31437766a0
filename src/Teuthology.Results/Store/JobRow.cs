using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A row of table <c>jobs</c>: what is searched for has a column, all of it is in <see cref="Wire"/> and <see cref="Extra"/>.</summary>
internal sealed class JobRow
{
    private bool _isNew = true;

    // What is stored beside the documents and does not follow from them.
    private (string? JobId, string? Status, double? Duration, string? Process, DateTime? Started, string? OwnArchive) _stored;

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

    /// <summary>The archive as a program told that has the store itself: the one place of a job into which others of them may write.</summary>
    public string? OwnArchive { get; set; }

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

    /// <summary>When it was last changed, for a job that failed. A column of its own: an index on the time of every change would make each heartbeat of a job write all indexes.</summary>
    public DateTime? FailedAt => Status is JobState.Fail or JobState.Dead ? Updated : null;

    /// <summary>Whether nothing is new but the time of the change.</summary>
    public bool IsSame => !_isNew && NewNodes.Count == 0 && _stored == (JobId, Status, Duration, Process, Started, OwnArchive);

    /// <summary>Takes what the row has now as what is stored.</summary>
    /// <param name="text">The documents as they are stored.</param>
    public void Keep(JobText text) => (_isNew, _stored) = (text.Extra is null, (JobId, Status, Duration, Process, Started, OwnArchive));

    /// <summary>Sets a key of <see cref="Wire"/> or <see cref="Extra"/>.</summary>
    /// <param name="document">The one.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    public void Set(JsonObject document, string key, JsonNode? value)
    {
        if (document.TryGetPropertyValue(key, out var old) && IsEqual(old, value))
            return;
        document[key] = value;
        _isNew = true;
    }

    // As they are written: 1 and 1.0, or keys in another order, are not the same text.
    private static bool IsEqual(JsonNode? one, JsonNode? other) =>
        one is null || other is null ? one is null && other is null : one.GetValueKind() == other.GetValueKind() && one.ToJsonString() == other.ToJsonString();
}
