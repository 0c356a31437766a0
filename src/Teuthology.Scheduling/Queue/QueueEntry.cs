using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job in the queue, looked at.</summary>
public sealed record QueueEntry
{
    private YamlMap? _document;

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its tube.</summary>
    public required string Tube { get; init; }

    /// <summary>The lower, the sooner.</summary>
    public long Priority { get; init; }

    /// <summary>The run it belongs to; empty where the job does not say.</summary>
    public string RunName { get; init; } = "";

    /// <summary>Its description; null where the job has none.</summary>
    public string? Description { get; init; }

    /// <summary>The whole job as YAML text, as it was put.</summary>
    public required string Text { get; init; }

    /// <summary>The whole job, read when it is first asked for.</summary>
    public YamlMap Document => _document ??= QueueText.Read(Text);

    /// <summary>How many jobs of its tube will be taken before it, plus one; null for one that a worker has in hand.</summary>
    public int? Position { get; init; }

    /// <summary>When it was put, UTC; null where the queue does not say.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How often it was taken.</summary>
    public int Attempts { get; init; }

    /// <summary>Who has it in hand; null for nobody.</summary>
    public string? Worker { get; init; }

    /// <summary>When it was taken in hand, UTC; null for one that nobody has, and where the queue does not say.</summary>
    public DateTime? TakenAt { get; init; }
}
