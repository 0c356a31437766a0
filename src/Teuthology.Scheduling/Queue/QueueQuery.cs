namespace Teuthology.Scheduling;

/// <summary>Which jobs of a queue to look at.</summary>
public sealed record QueueQuery
{
    /// <summary>All of them.</summary>
    public static QueueQuery All { get; } = new();

    /// <summary>Only those of this tube; null for all.</summary>
    public string? Tube { get; init; }

    /// <summary>Only those of this run; null for all.</summary>
    public string? RunName { get; init; }

    /// <summary>The first so many; null for all.</summary>
    public int? Count { get; init; }
}
