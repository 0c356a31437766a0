namespace Teuthology.Lab;

/// <summary>Who may lock and unlock a machine, and what is said to the others: paddles' rules in its order and its words.</summary>
internal static class LockRules
{
    /// <summary>Whether a lock may be tried.</summary>
    /// <param name="node">The machine as it stands; null when there is none.</param>
    /// <param name="terms">The lock.</param>
    /// <exception cref="NodeRefusedException">It may not.</exception>
    public static void CheckLock(NodeRecord? node, LockTerms terms)
    {
        if (node is null)
            throw Unknown();
        if (node.Locked && (node.LockedBy != terms.Owner || terms.Description is null || terms.Description != node.Description))
            throw Busy();
        if (terms.Owner.Length == 0)
            throw new NodeRefusedException(NodeRefusal.Invalid, "Cannot lock without specifying locked_by");
    }

    /// <summary>Whether a machine may be unlocked.</summary>
    /// <param name="node">The machine as it stands; null when there is none.</param>
    /// <param name="owner">Who unlocks it.</param>
    /// <param name="description">What it should be locked for; null or empty does not care.</param>
    /// <exception cref="NodeRefusedException">It may not.</exception>
    public static void CheckUnlock(NodeRecord? node, string owner, string? description)
    {
        if (node is null)
            throw Unknown();
        if (!node.Locked)
            throw new NodeRefusedException(NodeRefusal.Conflict, "Cannot unlock an already-unlocked node");
        if (owner.Length == 0)
            throw new NodeRefusedException(NodeRefusal.Invalid, "Cannot unlock without specifying locked_by");
        if (node.LockedBy != owner)
            throw new NodeRefusedException(NodeRefusal.Conflict, "Cannot unlock - locked_by values must match");
        if (!string.IsNullOrEmpty(description) && description != node.Description)
            throw new NodeRefusedException(NodeRefusal.Conflict, "Cannot unlock - description values must match");
    }

    /// <summary>Another lock holds the machine.</summary>
    public static NodeRefusedException Busy() => new(NodeRefusal.Conflict, "Cannot lock an already-locked node");

    /// <summary>There is no such machine.</summary>
    public static NodeRefusedException Unknown() => new(NodeRefusal.NotFound, "node not found");
}
