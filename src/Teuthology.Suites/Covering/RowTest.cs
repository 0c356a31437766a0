namespace Teuthology.Suites;

/// <summary>Knows which combinations there are as jobs.</summary>
/// <param name="Present">The values of a row that are in its job, ascending; null when there is no such job or it is ruled out.</param>
/// <param name="Witness">A row that has the tuple with that number in it, where one is known.</param>
internal sealed record RowTest(Func<int[], int[]?> Present, Func<long, int[]?> Witness);
