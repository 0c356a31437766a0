namespace Teuthology.Orchestra;

/// <summary>A patience with a command that was over.</summary>
/// <param name="Limit">How long it was.</param>
/// <param name="Silent">True when the command had said nothing for so long, false when it had run for so long.</param>
internal sealed record CommandTimeout(TimeSpan Limit, bool Silent);
