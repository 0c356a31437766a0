namespace Teuthology.Scheduling;

/// <summary>A pause of a tube.</summary>
/// <param name="By">Who asked for it; null where the queue does not say.</param>
/// <param name="Reason">Why; null for no reason.</param>
/// <param name="Until">Its end, UTC; null for none.</param>
public sealed record QueuePause(string? By, string? Reason, DateTime? Until);
