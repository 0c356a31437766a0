using System.Numerics;

namespace Teuthology.Suites;

/// <summary>What decides which jobs a suite has; with the same options a suite has the same jobs in the same order.</summary>
public sealed record SuiteOptions
{
    /// <summary>The piece of the suite to take; null takes all of it.</summary>
    public SuiteSubset? Subset { get; init; }

    /// <summary>Seed of the random choices (<c>$</c>, and the number in <c>%</c>): Python's <c>random.seed</c>.</summary>
    public BigInteger Seed { get; init; }

    /// <summary>True takes all of a <c>%</c> directory that has a number in its <c>%</c>.</summary>
    public bool NoNestedSubset { get; init; }
}
