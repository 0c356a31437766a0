namespace Teuthology.Lab;

/// <summary>For whom machines are locked, what for, and until when.</summary>
public sealed record LockTerms
{
    /// <summary>Who holds them: <c>user@host</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>What for; jobs put their archive path here.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// How long the lock holds without a renewal; null: until it is unlocked. A server of others knows no end and ignores it.
    /// </summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>
    /// Tells one request from another, so that one that is sent again after a broken connection locks nothing twice; null for none.
    /// A server of others ignores it.
    /// </summary>
    public string? RequestId { get; init; }
}
