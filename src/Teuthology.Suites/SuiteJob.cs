namespace Teuthology.Suites;

/// <summary>One job of a suite, before any of its fragments is read.</summary>
/// <param name="Suite">The suite as it was asked for: <c>rados</c>, <c>rados:verify</c>.</param>
/// <param name="Index">Place in the list of jobs, from 0.</param>
/// <param name="Description">Upstream's text with the suite in front, by which jobs are found again: <c>rados/{a/a0 b/b0 c}</c>.</param>
/// <param name="Fragments">Files in merge order, relative to the directory of the suite, with <c>/</c>.</param>
public sealed record SuiteJob(string Suite, long Index, string Description, IReadOnlyList<string> Fragments);
