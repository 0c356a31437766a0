using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A job as the store knows it. Times are UTC.</summary>
public sealed record JobRecord
{
    /// <summary>Name of its run.</summary>
    public required string RunName { get; init; }

    /// <summary>Its id within the run.</summary>
    public required string JobId { get; init; }

    /// <summary>See <see cref="JobState"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Upstream's description text, suite in front.</summary>
    public string? Description { get; init; }

    /// <summary>Seconds.</summary>
    public double? Duration { get; init; }

    /// <summary>Text of the first failure.</summary>
    public string? FailureReason { get; init; }

    /// <summary>Owner of its locks.</summary>
    public string? Owner { get; init; }

    /// <summary>Its archive directory.</summary>
    public string? ArchivePath { get; init; }

    /// <summary>Address of its log, as a server says; null when nobody serves it.</summary>
    public string? LogHref { get; init; }

    /// <summary>When the store first heard of it.</summary>
    public DateTime Posted { get; init; }

    /// <summary>When it began to run.</summary>
    public DateTime? Started { get; init; }

    /// <summary>Last change.</summary>
    public DateTime Updated { get; init; }

    /// <summary>All that was ever told of the job, by the results server's key names: roles, tasks, targets, and keys that nobody knows.</summary>
    public JsonObject Document { get => field ??= Stored?.ReadAll() ?? []; init; }

    /// <summary>Number of the row in the store; 0 for a job of another place.</summary>
    internal long RowId { get; init; }

    /// <summary>The same as it is stored; null for a job of another place.</summary>
    internal JobText? Stored { get; init; }
}
