namespace Teuthology.Bench;

/// <summary>How a server bore a kind of calls.</summary>
/// <param name="What">The calls.</param>
/// <param name="Rate">A second.</param>
/// <param name="Errors">Calls that failed.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
public sealed record ServerRate(string What, double Rate, int Errors, double Median, double P99);
