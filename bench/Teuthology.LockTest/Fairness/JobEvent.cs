namespace Teuthology.LockTest;

/// <summary>What a controller tells of a job.</summary>
/// <param name="Job">Its number.</param>
/// <param name="What"><c>queued</c>: it stands in line; <c>claimed</c>: it has machines; <c>returned</c>: one did not come up, it asks for others; <c>done</c> or <c>failed</c>: it gave them back.</param>
/// <param name="At">CLOCK_MONOTONIC in nanoseconds.</param>
/// <param name="Text">Machines, or why it failed.</param>
internal sealed record JobEvent(int Job, string What, long At, string? Text);
