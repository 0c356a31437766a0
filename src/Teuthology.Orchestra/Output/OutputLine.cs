using System.Collections;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>
/// State of the log record of one line of a command's output. Its text is <c>HOST.stdout:line</c>; a log in upstream's format joins the
/// category, <see cref="Source"/> and the line itself to <c>INFO:category.HOST.stdout:line</c>.
/// </summary>
/// <param name="Host">Short name of the host.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Line">The line without its end.</param>
public sealed record OutputLine(string Host, string Stream, string Line) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Event of every such record.</summary>
    public static readonly EventId Event = new(7001, "RemoteOutput");

    internal static readonly Func<OutputLine, Exception?, string> Format = static (line, _) => line.ToString();

    /// <summary><c>HOST.stdout</c>.</summary>
    public string Source => $"{Host}.{Stream}";

    /// <inheritdoc/>
    public int Count => 3;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new(nameof(Host), Host),
        1 => new(nameof(Stream), Stream),
        2 => new(nameof(Line), Line),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Host}.{Stream}:{Line}";

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
