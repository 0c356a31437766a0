namespace Teuthology.Lab;

/// <summary>A claim as statements that may be made again and again, of which one takes machines at most.</summary>
/// <param name="Count">How many machines.</param>
/// <param name="Statement">The claim; with true it waits for machines that others are just deciding about.</param>
/// <param name="Free">How many machines it could take.</param>
/// <param name="Taken">What it took.</param>
internal sealed record ClaimAttempt(int Count, Func<bool, FormattableString> Statement, Func<FormattableString> Free, Func<FormattableString> Taken);
