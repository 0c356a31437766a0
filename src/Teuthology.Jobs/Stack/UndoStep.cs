namespace Teuthology.Jobs;

/// <summary>What a task left to be done when the job unwinds.</summary>
/// <param name="What">In words, for the log.</param>
/// <param name="Undo">Does it.</param>
/// <param name="Limit">Most time that it may take; null: that of all steps.</param>
internal sealed record UndoStep(string What, Func<Exception?, CancellationToken, Task> Undo, TimeSpan? Limit);
