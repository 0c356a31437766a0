namespace Teuthology.Jobs;

/// <summary>Thrown by a task that finds that the job cannot run here: what was entered is unwound, and the job ends <c>skip</c>.</summary>
/// <param name="reason">What is missing and how to get it.</param>
public sealed class JobSkippedException(string reason) : TeuthologyException(FailureKind.Infrastructure, reason);
