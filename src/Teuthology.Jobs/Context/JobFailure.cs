namespace Teuthology.Jobs;

/// <summary>One thing that went wrong in a job.</summary>
/// <param name="Task">The task it went wrong in; null for the job itself.</param>
/// <param name="Unwinding">True when it happened while unwinding.</param>
/// <param name="Error">The error.</param>
public sealed record JobFailure(string? Task, bool Unwinding, Exception Error);
