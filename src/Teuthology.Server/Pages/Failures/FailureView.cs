using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of one failure shows.</summary>
internal sealed record FailureView(SeenFailure Failure, KnownIssue? Known, KnownIssue? Expired);
