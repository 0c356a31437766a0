using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job for the queue.</summary>
public sealed record NewQueueJob
{
    /// <summary>Name of its tube: the kind of machines, <c>multi</c> for several.</summary>
    public required string Tube { get; init; }

    /// <summary>The lower, the sooner; 0 to 2^32-1.</summary>
    public long Priority { get; init; } = 1000;

    /// <summary>The whole job as upstream's queue holds it, see <see cref="QueuedJob"/>; it has no id yet.</summary>
    public required YamlMap Document { get; init; }
}
