namespace Teuthology.OpenStack;

/// <summary>What a run, or a job of it, has in the cloud, and whether anybody still cares for it.</summary>
public sealed record RunRemains
{
    /// <summary>Short id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Its name; null where nothing is left that has it in full.</summary>
    public string? Run { get; init; }

    /// <summary>Id of the job; null for what is the whole run's.</summary>
    public string? Job { get; init; }

    /// <summary>Name of the set-up.</summary>
    public required string Setup { get; init; }

    /// <summary>Who made it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Until when it is cared for; null when nobody ever wrote it, or it is kept.</summary>
    public DateTimeOffset? Lease { get; init; }

    /// <summary>Its resources, in the order in which they are deleted.</summary>
    public required IReadOnlyList<Remains> Items { get; init; }

    /// <summary>Whether nobody cares for it any more.</summary>
    public required bool IsLeftBehind { get; init; }

    /// <summary>Why, or why not: <c>its lease ended at …</c>.</summary>
    public required string Reason { get; init; }
}
