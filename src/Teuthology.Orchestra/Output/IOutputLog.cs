namespace Teuthology.Orchestra;

/// <summary>
/// A logger that may take lines of output as the bytes that came. A command can print a million lines a second; a log record of each,
/// with its text decoded and encoded again, takes several times as long as everything else on their way.
/// </summary>
public interface IOutputLog
{
    /// <summary>Takes a line, at level Information.</summary>
    /// <param name="host">Short name of the host.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="line">The line without its end, as it came: UTF-8 if the command was well-behaved.</param>
    /// <returns>False when it must be logged as an <see cref="OutputLine"/>, as somebody else listens.</returns>
    bool TryWrite(string host, string stream, ReadOnlySpan<byte> line);
}
