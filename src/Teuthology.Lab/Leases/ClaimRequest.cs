namespace Teuthology.Lab;

/// <summary>What a claim asks of the store.</summary>
public sealed record ClaimRequest
{
    /// <summary>How many machines; all of them or none are given.</summary>
    public required int Count { get; init; }

    /// <summary>Who asks: <c>user@host</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>What for; upstream puts the job's archive path here.</summary>
    public required string Description { get; init; }

    /// <summary>Kind of machine.</summary>
    public required string MachineType { get; init; }

    /// <summary>The machines that come into question; null for all of the kind.</summary>
    public IReadOnlyList<string>? Among { get; init; }

    /// <summary>How long the lease holds without a renewal.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The process whose death ends the lease at once; null for a hold that outlives its maker until <see cref="Duration"/> is over.
    /// </summary>
    public ControllerProcess? Controller { get; init; } = ControllerProcess.Current;
}
