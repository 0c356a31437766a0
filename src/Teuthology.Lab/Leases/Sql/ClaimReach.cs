namespace Teuthology.Lab;

/// <summary>How far a claim goes for its machines.</summary>
internal enum ClaimReach
{
    /// <summary>Healthy machines that nobody has: what there is as a rule, and found without looking at all of them.</summary>
    Near,

    /// <summary>All that may be taken: also those whose lease is over, and one that is tried again.</summary>
    Far,

    /// <summary>As <see cref="Far"/>, and waits for machines that others are just deciding about.</summary>
    Patient,
}
