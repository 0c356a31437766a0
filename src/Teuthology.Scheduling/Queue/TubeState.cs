namespace Teuthology.Scheduling;

/// <summary>A tube.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Waiting">Jobs that nobody has in hand.</param>
/// <param name="InHand">Jobs that a worker has in hand.</param>
/// <param name="Pause">Its pause; null for none.</param>
public sealed record TubeState(string Name, long Waiting, long InHand, QueuePause? Pause);
