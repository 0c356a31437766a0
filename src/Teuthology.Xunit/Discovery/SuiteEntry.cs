using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>What discovery finds in a suite.</summary>
/// <param name="Suite">Name of the suite.</param>
internal abstract record SuiteEntry(string Suite);

/// <summary>A job to run.</summary>
/// <param name="Job">The job.</param>
internal sealed record JobEntry(SuiteJob Job) : SuiteEntry(Job.Suite);

/// <summary>A suite whose jobs cannot be listed: shown as one case that fails with the reason.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Name">Name of the case.</param>
/// <param name="Reason">What is wrong and what to do.</param>
internal sealed record TroubleEntry(string Suite, string Name, string Reason) : SuiteEntry(Suite);
