namespace Teuthology.Results;

/// <summary>One line of a coverage report.</summary>
/// <param name="Test">Job id, or <c>total for SUITE</c>.</param>
/// <param name="Description">The job's description; null of the total.</param>
/// <param name="Revision">Revision under test; null when the job tells none.</param>
/// <param name="Tracefile">Path of the lcov tracefile.</param>
/// <param name="Counts">What ran.</param>
public sealed record CoverageRow(string Test, string? Description, string? Revision, string Tracefile, CoverageCounts Counts);
