namespace Teuthology.Orchestra;

/// <summary>A machine's console does not say what it should; upstream's <c>ConsoleError</c>.</summary>
/// <param name="message"><c>Did not get a login prompt from X!</c></param>
public sealed class ConsoleException(string message) : TeuthologyException(FailureKind.Infrastructure, message);
