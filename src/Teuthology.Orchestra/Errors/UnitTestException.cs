using System.Text;

namespace Teuthology.Orchestra;

/// <summary>
/// A command that ran unit tests failed, and its reports tell which: <c>Unit test failed (label) on HOST with status N: '(total N failed) …'</c>;
/// upstream's <c>UnitTestError</c>.
/// </summary>
/// <param name="exitStatus">Status of the command; 0 is not shown.</param>
/// <param name="host">Short name of the host, or null.</param>
/// <param name="label">The command's label, or null.</param>
/// <param name="found">What the reports tell.</param>
/// <param name="inner">The command's own error.</param>
public sealed class UnitTestException(int exitStatus, string? host, string? label, string found, Exception? inner = null)
    : TeuthologyException(FailureKind.Test, Text(exitStatus, host, label, found), inner)
{
    /// <summary>Status of the command.</summary>
    public int ExitStatus { get; } = exitStatus;

    private static string Text(int exitStatus, string? host, string? label, string found)
    {
        var text = new StringBuilder("Unit test failed");
        if (label is not null)
            text.Append(" (").Append(label).Append(')');
        if (host is not null)
            text.Append(" on ").Append(host);
        if (exitStatus != 0)
            text.Append(" with status ").Append(exitStatus);
        return text.Append(": '").Append(found).Append('\'').ToString();
    }
}
