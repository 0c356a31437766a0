namespace Teuthology.Lab;

/// <summary>What a claim asks of the store.</summary>
public sealed record ClaimRequest
{
    /// <summary>How many machines; all of them or none are given.</summary>
    public required int Count { get; init; }

    /// <summary>Who asks: <c>user@host</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>What for; upstream puts the job's archive path here. The wire may leave it out.</summary>
    public required string? Description { get; init; }

    /// <summary>Kinds of machine, any of which will do; empty for every kind. <see cref="MachineTypeText"/> reads them from what people write.</summary>
    public IReadOnlyList<string> MachineTypes { get; init; } = [];

    /// <summary>Operating system that the machines must have as they are, e.g. <c>debian</c>; null for any.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version, e.g. <c>12</c>; null for any.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it; null for any.</summary>
    public string? Arch { get; init; }

    /// <summary>The machines that come into question, of which <see cref="Count"/> are taken; null for all that fit.</summary>
    public IReadOnlyList<string>? Among { get; init; }

    /// <summary>
    /// Exactly these machines, be they in use or taken out of it; null for any that fit. <see cref="Count"/> must be their number.
    /// The same owner who claims them again with the same description gets the lease he has.
    /// </summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>How long the lease holds without a renewal; <see cref="Timeout.InfiniteTimeSpan"/> for a hold that only an unlock ends.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Hold until then, in place of <see cref="Duration"/>: “keep this for me until tomorrow”. Set <see cref="Controller"/> to null with it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// The process whose death ends the lease at once; null for a hold that outlives its maker until its end.
    /// </summary>
    public ControllerProcess? Controller { get; init; } = ControllerProcess.Current;

    /// <summary>Written down with the claim; null for none.</summary>
    public Deed? Deed { get; init; }

    /// <summary>Number of the claim, unique for ever, so that one that is sent again gets what the first one took; null makes one up.</summary>
    public string? RequestId { get; init; }
}
