namespace Teuthology.Lab;

/// <summary>When a machine counts as ill.</summary>
public sealed record HealthPolicy
{
    /// <summary>How many failures in a row take a machine out of use, at least 1.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>How long after its last failure it is tried again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a claim takes other machines instead of such that failed, before it gives up.</summary>
    public int Replacements { get; init; } = 2;
}
