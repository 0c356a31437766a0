using System.Text;

namespace Teuthology.Cli;

/// <summary>
/// What is told in passing, until nobody is there to hear it: a terminal that was closed, a reader that went away. A job goes on, or unwinds,
/// whether or not somebody watches.
/// </summary>
/// <param name="writer">Where it goes.</param>
internal sealed class RemarkWriter(TextWriter writer) : TextWriter(writer.FormatProvider)
{
    private volatile bool _isGone;

    /// <inheritdoc/>
    public override Encoding Encoding => writer.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Tell([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Tell(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Tell(buffer);

    /// <inheritdoc/>
    public override void Write(string? value) => Tell(value);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Tell(value + NewLine);

    /// <inheritdoc/>
    public override void Flush()
    {
        if (!_isGone)
            writer.Flush();
    }

    private void Tell(ReadOnlySpan<char> text)
    {
        if (_isGone)
            return;
        try
        {
            writer.Write(text);
        }
        catch (IOException failure) when (ClosedPipe.Is(failure))
        {
            _isGone = true;
        }
    }
}
