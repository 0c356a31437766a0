namespace Teuthology.LockTest;

/// <summary>Something that must never happen, and did.</summary>
/// <param name="Rule">Which rule it breaks.</param>
/// <param name="At">Monotonic nanoseconds at which it was there to be seen.</param>
/// <param name="Text">What happened, with the lines of the history.</param>
internal sealed record Violation(string Rule, long At, string Text);
