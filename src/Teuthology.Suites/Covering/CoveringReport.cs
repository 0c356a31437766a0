using System.Numerics;

namespace Teuthology.Suites;

/// <summary>What a pairwise subset covers.</summary>
/// <param name="Strength">How many fragments are combined: 2 for pairs.</param>
/// <param name="Size">How many jobs were chosen.</param>
/// <param name="FullSize">How many jobs the suite has, before filters.</param>
/// <param name="Demanded">How many tuples some job has together, as far as is known; those of <see cref="Rejected"/> are not among them.</param>
/// <param name="Covered">How many of them a chosen job has together.</param>
/// <param name="LeftOut">How many tuples the directories allow but filters, or the number in a <c>%</c>, leave no job for.</param>
/// <param name="Rejected">Tuples of which scripts reject every job.</param>
/// <param name="Unresolved">Tuples for which no accepted job was found, though not all jobs were tried.</param>
public sealed record CoveringReport(
    int Strength,
    int Size,
    BigInteger FullSize,
    long Demanded,
    long Covered,
    long LeftOut,
    IReadOnlyList<IReadOnlyList<string>> Rejected,
    IReadOnlyList<IReadOnlyList<string>> Unresolved);
