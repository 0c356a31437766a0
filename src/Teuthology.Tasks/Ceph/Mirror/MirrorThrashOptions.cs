namespace Teuthology.Tasks;

/// <summary>What <c>rbd-mirror-thrash</c> is told.</summary>
internal sealed record MirrorThrashOptions
{
    public required int Seed { get; init; }

    /// <summary>Pauses are random up to the limits below; else the limits themselves.</summary>
    public required bool Randomize { get; init; }

    /// <summary>Most daemons that are ended in a round.</summary>
    public required int MaxThrash { get; init; }

    public required TimeSpan MinDelay { get; init; }

    public required TimeSpan MaxDelay { get; init; }

    /// <summary>Pause before they are started again.</summary>
    public required TimeSpan MaxReviveDelay { get; init; }

    public static MirrorThrashOptions Read(ThrashSettings settings) => new()
    {
        Seed = settings.Seed,
        Randomize = settings.Flag("randomize", true),
        MaxThrash = settings.Count("max_thrash", 1),
        MinDelay = settings.Seconds("min_thrash_delay", 60),
        MaxDelay = settings.Seconds("max_thrash_delay", 120),
        MaxReviveDelay = settings.Seconds("max_revive_delay", 10),
    };
}
