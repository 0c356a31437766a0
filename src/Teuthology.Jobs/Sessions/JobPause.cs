namespace Teuthology.Jobs;

/// <summary>A job that stopped so that a person can look at it.</summary>
/// <param name="Job">The job.</param>
/// <param name="Task">The task that stopped it, as the job names it: <c>interactive</c>, or the one that failed.</param>
/// <param name="Config">Configuration of that task.</param>
/// <param name="Failure">What went wrong; null when nothing did.</param>
public sealed record JobPause(JobContext Job, string Task, object? Config = null, Exception? Failure = null);
