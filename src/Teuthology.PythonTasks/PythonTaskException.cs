namespace Teuthology.PythonTasks;

/// <summary>A Python task raised an error of its own: a failed assertion, as a rule.</summary>
/// <param name="message">The error's text, then its class and place.</param>
/// <param name="trace">Python's traceback.</param>
/// <param name="fingerprint">What the error itself gives as such.</param>
public sealed class PythonTaskException(string message, string trace, IReadOnlyList<string> fingerprint) : TeuthologyException(FailureKind.Test, message)
{
    /// <summary>Python's traceback.</summary>
    public string Trace { get; } = trace;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Fingerprint { get; } = fingerprint;

    /// <summary>The traceback, which says more than ours would.</summary>
    public override string ToString() => Trace.TrimEnd();
}
