using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of a machine shows.</summary>
internal sealed record NodeView(NodeRecord Node, IReadOnlyList<LeaseTurn> Turns, IReadOnlyList<JobRecord> Jobs, DateTimeOffset Now);
