namespace Teuthology.Orchestra;

/// <summary>What was waited for did not come.</summary>
/// <param name="message"><c>'action' reached maximum tries (N) after waiting for S seconds</c>.</param>
public sealed class PollExhaustedException(string message) : TeuthologyException(FailureKind.Timeout, message);
