using System.Text;

namespace Teuthology.Yaml;

/// <summary>What a YAML writer has written so far, with the column and what PyYAML remembers about the blanks before it.</summary>
internal sealed class YamlOutput
{
    public const int Width = 80;
    private const int Step = 2;

    private readonly StringBuilder _text = new();
    private bool _blankBefore = true;

    public int Column { get; private set; }

    /// <summary>True while only indentation and indicators stand on the line.</summary>
    public bool AtIndention { get; private set; } = true;

    /// <summary>Columns of indentation; null before the first collection.</summary>
    public int? CurrentIndent { get; set; }

    /// <summary>Goes one level in; gives the level to return to.</summary>
    public int? Deepen(bool alignItems = false, bool scalar = false)
    {
        var outer = CurrentIndent;
        if (outer is null)
            CurrentIndent = scalar ? Step : 0;
        else if (!alignItems)
            CurrentIndent += Step;
        return outer;
    }

    public void Indicator(string indicator, bool needsBlank, bool whitespace = false, bool indention = false)
    {
        if (needsBlank && !_blankBefore)
            Write(" ");
        Write(indicator);
        _blankBefore = whitespace;
        AtIndention = AtIndention && indention;
    }

    /// <summary>Begins plain text.</summary>
    public void BeginText()
    {
        if (!_blankBefore)
            Write(" ");
        Text();
    }

    /// <summary>Notes that what comes next is text, not the begin of a line.</summary>
    public void Text()
    {
        _blankBefore = false;
        AtIndention = false;
    }

    public void Write(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        Column += text.Length;
    }

    public void Break()
    {
        _text.Append('\n');
        _blankBefore = true;
        AtIndention = true;
        Column = 0;
    }

    /// <summary>Moves to the indentation, on a new line where there is something on this one.</summary>
    public void Indent()
    {
        var indent = CurrentIndent ?? 0;
        if (!AtIndention || Column > indent || (Column == indent && !_blankBefore))
            Break();
        if (Column >= indent)
            return;
        _text.Append(' ', indent - Column);
        Column = indent;
        _blankBefore = true;
    }

    public override string ToString() => _text.ToString();
}
