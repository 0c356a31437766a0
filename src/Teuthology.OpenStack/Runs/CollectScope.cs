namespace Teuthology.OpenStack;

/// <summary>What is looked at.</summary>
public sealed record CollectScope
{
    /// <summary>Set-up; what other set-ups made is never touched.</summary>
    public string Setup { get; init; } = "teuthology";

    /// <summary>Name of a run; null for all.</summary>
    public string? Run { get; init; }

    /// <summary>Job of it; null for all.</summary>
    public string? Job { get; init; }

    /// <summary>Owner; null for all.</summary>
    public string? Owner { get; init; }

    /// <summary>True counts as left behind whatever its lease says: the tear-down of a run, or of a whole set-up.</summary>
    public bool Everything { get; init; }

    /// <summary>
    /// What the caller knows better than leases in the cloud tell, of servers and volumes of its own: true is held, false is held by nobody, null is not known. Null asks
    /// nobody.
    /// </summary>
    public Func<Remains, bool?>? IsHeld { get; init; }

    /// <summary>How long after the end of a lease it counts: clocks differ.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How old something must be that has no lease at all.</summary>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromHours(12);
}
