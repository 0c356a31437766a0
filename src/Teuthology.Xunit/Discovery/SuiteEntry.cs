using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>What discovery finds in a suite.</summary>
/// <param name="Suite">Name of the suite.</param>
internal abstract record SuiteEntry(string Suite);

/// <summary>A job to run.</summary>
/// <param name="Job">The job.</param>
internal sealed record JobEntry(SuiteJob Job) : SuiteEntry(Job.Suite);

/// <summary>Something to be told about a suite, shown as a case of its own.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Name">Name of the case.</param>
/// <param name="Reason">What is to be told, and what to do.</param>
internal abstract record RemarkEntry(string Suite, string Name, string Reason) : SuiteEntry(Suite);

/// <summary>A suite whose jobs cannot be listed: shown as one case that fails with the reason.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Name">Name of the case.</param>
/// <param name="Reason">What is wrong and what to do.</param>
internal sealed record TroubleEntry(string Suite, string Name, string Reason) : RemarkEntry(Suite, Name, Reason);

/// <summary>A suite of which only a piece is taken, since it has too many jobs: shown as one case that is skipped with what the piece is and how to get another.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Name">Name of the case.</param>
/// <param name="Reason">Which piece, and how to get another.</param>
internal sealed record PieceEntry(string Suite, string Name, string Reason) : RemarkEntry(Suite, Name, Reason);
