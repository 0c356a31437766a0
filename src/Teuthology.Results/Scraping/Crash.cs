namespace Teuthology.Results;

/// <summary>What a log says of a crash.</summary>
/// <param name="Backtrace">Its backtrace; null for none.</param>
/// <param name="Assertion">The assertion that failed; null for none.</param>
internal sealed record Crash(string? Backtrace, string? Assertion);
