namespace Teuthology.Orchestra;

/// <summary>A signal ended a command: <c>Command crashed: 'cmd'</c>.</summary>
/// <param name="failure">Which command, where, and what it said last.</param>
/// <param name="signal">Name of the signal without SIG.</param>
public sealed class CommandCrashedException(CommandFailure failure, string signal)
    : CommandException(FailureKind.Test, $"Command crashed: {PythonRepr.Of(failure.Command)}", failure with { Note = $"ended by signal {signal}" })
{
    /// <summary>Name of the signal without SIG, as RFC 4254 6.10 spells it.</summary>
    public string Signal { get; } = signal;
}
