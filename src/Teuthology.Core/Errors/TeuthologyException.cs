namespace Teuthology;

/// <summary>Base of every error this project raises on purpose; its message is meant to be read by the user as it is.</summary>
/// <param name="kind">What the failure says about.</param>
/// <param name="message">What was wrong, where, and what to do next.</param>
/// <param name="inner">The cause, if any.</param>
public class TeuthologyException(FailureKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the failure says about.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>What failures of the same cause have in common, for services that group them; empty leaves it to the service.</summary>
    public virtual IReadOnlyList<string> Fingerprint => [];
}
