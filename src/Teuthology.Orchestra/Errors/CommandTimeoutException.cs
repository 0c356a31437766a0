namespace Teuthology.Orchestra;

/// <summary>A command was still running at its deadline; its process group has been killed.</summary>
/// <param name="failure">Which command, where, and what it said last.</param>
/// <param name="timeout">How long it was allowed to run.</param>
public sealed class CommandTimeoutException(CommandFailure failure, TimeSpan timeout)
    : CommandException(FailureKind.Timeout, $"Command timed out{failure.On} after {timeout.TotalSeconds:0.###} seconds: {PythonRepr.Of(failure.Command)}", failure)
{
    /// <summary>How long the command was allowed to run.</summary>
    public TimeSpan Timeout { get; } = timeout;
}
