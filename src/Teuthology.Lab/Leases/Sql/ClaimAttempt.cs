namespace Teuthology.Lab;

/// <summary>A claim as statements that may be made again and again, of which one takes machines at most.</summary>
/// <param name="Count">How many machines.</param>
/// <param name="Statement">The claim.</param>
/// <param name="Free">How many machines it could take.</param>
/// <param name="Taken">What it took.</param>
internal sealed record ClaimAttempt(int Count, Func<ClaimReach, FormattableString> Statement, Func<FormattableString> Free, Func<FormattableString> Taken);
