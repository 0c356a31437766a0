namespace Teuthology.LockTest;

/// <summary>Faults put into what is tested, to see that the test finds them.</summary>
internal enum Mutant
{
    /// <summary>What is tested is as it is.</summary>
    None,

    /// <summary>The guardian on the machines does not look at fences.</summary>
    NoFence,

    /// <summary>A claim looks for free machines in one statement and takes them in another.</summary>
    SplitClaim,

    /// <summary>A claim takes the client's clock for the store's.</summary>
    OwnClock,
}
