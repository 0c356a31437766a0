namespace Teuthology.Lab;

/// <summary>What a claim got: names, and the number that proves the right to them.</summary>
/// <param name="Fence">Number of the lease; grows with every one, so an older number has lost.</param>
/// <param name="Nodes">Names of the machines, in the lab's order.</param>
/// <param name="Owner">Who holds them.</param>
/// <param name="LockedSince">Since when.</param>
/// <param name="ExpiresAt">When they are free for others unless the lease is renewed.</param>
public sealed record Lease(long Fence, IReadOnlyList<string> Nodes, string Owner, DateTimeOffset LockedSince, DateTimeOffset ExpiresAt);
