namespace Teuthology.Bench;

/// <summary>One job, once.</summary>
/// <param name="Status">pass, or fail and why.</param>
/// <param name="Seconds">From the start of the program to its end.</param>
/// <param name="Log">What its log tells.</param>
internal sealed record QaRun(string Status, double Seconds, QaLog Log)
{
    /// <summary>What the cluster's monitors were told to change, in order; empty without a cluster.</summary>
    public IReadOnlyList<string> Orders { get; init; } = [];
}
