using System.Text;

namespace Teuthology.Cli;

/// <summary>A terminal's standard error with a line at its end that tells how things stand: what is written goes above that line.</summary>
/// <param name="inner">The terminal.</param>
/// <param name="columns">Its width now.</param>
internal sealed class LiveLine(TextWriter inner, Func<int> columns) : TextWriter
{
    private const string Erase = "\r\e[K";
    private readonly Lock _gate = new();
    private string _status = "";
    private bool _shown;
    private bool _begun;
    private int _hidden;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Shows a text as the last line, cut to the terminal's width; an empty one takes the line away.</summary>
    public void Show(string status)
    {
        lock (_gate)
        {
            _status = status;
            Draw();
        }
    }

    /// <summary>Takes the line away until the result is disposed: somebody else has the terminal.</summary>
    public IDisposable Hide()
    {
        lock (_gate)
        {
            _hidden++;
            Clear();
        }

        return new Hidden(this);
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.IsEmpty)
            return;
        lock (_gate)
        {
            Clear();
            inner.Write(buffer);
            _begun = buffer[^1] != '\n';
            Draw();
        }
    }

    public override void Flush() => inner.Flush();

    private void Clear()
    {
        if (!_shown)
            return;
        inner.Write(Erase);
        _shown = false;
    }

    // Not in the middle of somebody's line.
    private void Draw()
    {
        Clear();
        if (_status.Length == 0 || _begun || _hidden > 0)
            return;
        inner.Write(_status[..Math.Min(_status.Length, Math.Max(1, columns() - 1))]);
        _shown = true;
    }

    private sealed class Hidden(LiveLine line) : IDisposable
    {
        public void Dispose()
        {
            lock (line._gate)
            {
                line._hidden--;
                line._begun = false;
                line.Draw();
            }
        }
    }
}
