namespace Teuthology.Bench;

/// <summary>What clients achieved.</summary>
/// <param name="Pairs">Lock and unlock together, a second.</param>
/// <param name="Errors">Pairs of which a call was refused.</param>
/// <param name="Median">Of all calls, milliseconds.</param>
/// <param name="P99">Likewise.</param>
/// <param name="Worst">Likewise.</param>
/// <param name="All">Pairs altogether, with those of the warm-up.</param>
public sealed record LockRate(double Pairs, int Errors, double Median, double P99, double Worst, int All);
