namespace Teuthology.Orchestra;

/// <summary>A command ended with a status other than 0: <c>Command failed (label) on HOST with status N: 'cmd'</c>.</summary>
/// <param name="failure">Which command, where, and what it said last.</param>
/// <param name="exitStatus">Its exit status.</param>
public sealed class CommandFailedException(CommandFailure failure, int exitStatus)
    : CommandException(FailureKind.Test, $"Command failed{failure.On} with status {exitStatus}: {PythonRepr.Of(failure.Command)}", failure)
{
    /// <summary>The exit status, 1 to 255.</summary>
    public int ExitStatus { get; } = exitStatus;

    /// <summary>Upstream's: the label or else the command, the status, and the type of the error.</summary>
    public override IReadOnlyList<string> Fingerprint { get; } = [failure.Label ?? failure.Command, $"exit status {exitStatus}", "{{ type }}"];
}
