namespace Teuthology.Lab;

/// <summary>What a lock got.</summary>
/// <param name="Nodes">The machines, as they stand after it.</param>
public sealed record NodeLock(IReadOnlyList<NodeRecord> Nodes)
{
    /// <summary>Number of the lease; 0 at a server that knows none.</summary>
    public long Fence => Nodes.Count == 0 ? 0 : Nodes[0].Fence;

    /// <summary>When it ends unless it is renewed; null: when it is unlocked.</summary>
    public DateTimeOffset? ExpiresAt => Nodes.Count == 0 ? null : Nodes[0].ExpiresAt;
}
