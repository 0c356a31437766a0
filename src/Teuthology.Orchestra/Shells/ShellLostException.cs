namespace Teuthology.Orchestra;

/// <summary>The connection is gone; callers turn it into <see cref="ConnectionLostException"/> with what they know.</summary>
internal sealed class ShellLostException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when it is sure that the host was not told of the command yet: it can be started over another connection.</summary>
    public bool BeforeStart { get; init; }
}
