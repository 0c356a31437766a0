namespace Teuthology.Results;

/// <summary>A queue as the results server knows it. Times are UTC.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PausedBy">Who paused it last.</param>
/// <param name="PausedSince">Since when.</param>
/// <param name="PausedUntil">Until when; null when it is not paused.</param>
public sealed record NamedQueue(string Name, string? PausedBy = null, DateTime? PausedSince = null, DateTime? PausedUntil = null)
{
    /// <summary>Whether it is paused.</summary>
    /// <param name="now">UTC.</param>
    public bool IsPaused(DateTime now) => PausedUntil > now;
}
