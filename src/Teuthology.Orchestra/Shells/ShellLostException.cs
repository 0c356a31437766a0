namespace Teuthology.Orchestra;

/// <summary>The connection is gone; callers turn it into <see cref="ConnectionLostException"/> with what they know.</summary>
internal sealed class ShellLostException(string message, Exception? inner = null) : Exception(message, inner);
