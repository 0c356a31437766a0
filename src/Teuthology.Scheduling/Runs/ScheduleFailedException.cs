namespace Teuthology.Scheduling;

/// <summary>A run could not be scheduled: branches, packages, limits. Nothing of it is queued.</summary>
/// <param name="reason">Why.</param>
/// <param name="inner">What was behind it.</param>
public sealed class ScheduleFailedException(string reason, Exception? inner = null) : TeuthologyException(FailureKind.Infrastructure, reason, inner);
