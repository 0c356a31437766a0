namespace Teuthology.Orchestra;

/// <summary>A command on a host did not end well.</summary>
/// <param name="kind">What the failure says about.</param>
/// <param name="firstLine">What happened, in upstream's words.</param>
/// <param name="failure">Which command, where, and what it said last.</param>
/// <param name="inner">The cause, if any.</param>
public abstract class CommandException(FailureKind kind, string firstLine, CommandFailure failure, Exception? inner = null)
    : TeuthologyException(kind, failure.Describe(firstLine), inner)
{
    /// <summary>Which command, where, and what it said last.</summary>
    public CommandFailure Failure { get; } = failure;
}
