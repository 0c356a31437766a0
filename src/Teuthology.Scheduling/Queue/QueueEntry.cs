using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job in the queue, looked at.</summary>
public sealed record QueueEntry
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its tube.</summary>
    public required string Tube { get; init; }

    /// <summary>The lower, the sooner.</summary>
    public long Priority { get; init; }

    /// <summary>The whole job, as it was put.</summary>
    public required YamlMap Document { get; init; }

    /// <summary>When it was put, UTC; null where the queue does not say.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How often it was taken.</summary>
    public int Attempts { get; init; }

    /// <summary>Who has it in hand; null for nobody.</summary>
    public string? Worker { get; init; }
}
