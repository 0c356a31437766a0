namespace Teuthology.Scheduling;

/// <summary>One time that a job was taken.</summary>
/// <param name="Number">The how-manieth time it was, from 1.</param>
/// <param name="Worker">Who took it.</param>
/// <param name="From">When, UTC.</param>
/// <param name="To">When it ended, UTC; null while it lasts.</param>
/// <param name="How">How it ended: <c>finished</c>, <c>lost</c>, <c>worker gone</c>, or why it was given back; null while it lasts.</param>
public sealed record QueueAttempt(int Number, string Worker, DateTime From, DateTime? To, string? How);
