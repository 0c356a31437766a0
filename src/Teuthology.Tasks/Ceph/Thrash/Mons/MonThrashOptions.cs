namespace Teuthology.Tasks;

/// <summary>What <c>mon_thrash</c> is told.</summary>
internal sealed record MonThrashOptions
{
    public required int Seed { get; init; }

    /// <summary>Pause before victims are started again.</summary>
    public required TimeSpan ReviveDelay { get; init; }

    /// <summary>Pause between two rounds.</summary>
    public required TimeSpan ThrashDelay { get; init; }

    /// <summary>Victims lose their store before they are stopped, with <see cref="StoreThrashProbability"/>.</summary>
    public required bool StoreThrash { get; init; }

    /// <summary>Percent.</summary>
    public required int StoreThrashProbability { get; init; }

    /// <summary>Never stop so many that no quorum is left.</summary>
    public required bool MaintainQuorum { get; init; }

    /// <summary>Percent of the other monitors that are frozen meanwhile.</summary>
    public required int FreezeProbability { get; init; }

    public required TimeSpan FreezeDuration { get; init; }

    public required bool Scrub { get; init; }

    /// <summary>No metadata server may have failed over at the end.</summary>
    public required bool CheckMdsFailover { get; init; }

    public static MonThrashOptions Read(ThrashSettings settings) => new()
    {
        Seed = settings.Seed,
        ReviveDelay = settings.Seconds("revive_delay", 10),
        ThrashDelay = settings.Seconds("thrash_delay", 0),
        StoreThrash = settings.Flag("store_thrash", false),
        StoreThrashProbability = settings.Count("store_thrash_probability", 50),
        MaintainQuorum = settings.Flag("maintain_quorum", true),
        FreezeProbability = settings.Count("freeze_mon_probability", 10),
        FreezeDuration = settings.Seconds("freeze_mon_duration", 15),
        Scrub = settings.Flag("scrub", true),
        CheckMdsFailover = settings.Flag("check_mds_failover", false),
    };
}
