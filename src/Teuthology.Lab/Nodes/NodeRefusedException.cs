namespace Teuthology.Lab;

/// <summary>A directory of machines refused what was asked; the message is the one that upstream's server gives, which programs parse.</summary>
/// <param name="refusal">Why.</param>
/// <param name="message">Upstream's text.</param>
/// <param name="cause">What led to it; may be null.</param>
public sealed class NodeRefusedException(NodeRefusal refusal, string message, Exception? cause = null) : TeuthologyException(FailureKind.Infrastructure, message, cause)
{
    /// <summary>Why.</summary>
    public NodeRefusal Refusal { get; } = refusal;

    /// <summary>The place in line that waits for the machines; null when none was kept.</summary>
    public long? Ticket { get; init; }
}
