namespace Teuthology.Suites;

/// <summary>How far jobs cover the combinations of some facets.</summary>
/// <param name="Facets">Their directories, relative to the suite.</param>
/// <param name="Demanded">How many combinations of their values some job of the suite has.</param>
/// <param name="Covered">How many of them the jobs have.</param>
public sealed record FacetCoverage(IReadOnlyList<string> Facets, long Demanded, long Covered);
