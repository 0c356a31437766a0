namespace Teuthology.Orchestra;

/// <summary>
/// A command was still running at its deadline, or had said nothing for too long; its process group has been killed. Upstream gives the
/// bare <c>TimeoutError</c> of its socket for the latter and has nothing for the former.
/// </summary>
/// <param name="failure">Which command, where, and what it said last.</param>
/// <param name="timeout">How long it was allowed to run, or to be silent.</param>
/// <param name="silent">True when it was silent for so long.</param>
public sealed class CommandTimeoutException(CommandFailure failure, TimeSpan timeout, bool silent = false)
    : CommandException(
        FailureKind.Timeout,
        $"Command timed out{failure.On} after {timeout.TotalSeconds:0.###} seconds{(silent ? " without output" : "")}: {PythonRepr.Of(failure.Command)}",
        failure)
{
    /// <summary>How long the command was allowed to run, or to be silent.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>Whether it was silent for so long; false when it ran for so long.</summary>
    public bool Silent { get; } = silent;
}
