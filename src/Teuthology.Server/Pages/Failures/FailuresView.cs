using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of failures shows.</summary>
internal sealed record FailuresView(IReadOnlyList<(SeenFailure Failure, KnownIssue? Known, KnownIssue? Expired)> Failures, KnownIssues Issues, string? Error);
