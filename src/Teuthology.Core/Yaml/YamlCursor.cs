namespace Teuthology.Yaml;

/// <summary>A reading position in a text that knows its line and column; the text ends with NUL.</summary>
internal sealed class YamlCursor(string text, string file)
{
    private const string Breaks = "\r\n\u0085\u2028\u2029";

    /// <summary>Position in UTF-16 units.</summary>
    public int Index { get; private set; }

    /// <summary>Line, from 0.</summary>
    public int Line { get; private set; }

    /// <summary>Column in characters (not UTF-16 units; a byte order mark takes no room), from 0.</summary>
    public int Column { get; private set; }

    public char Current => Index < text.Length ? text[Index] : '\0';

    public static bool IsBreak(char c) => Breaks.Contains(c);

    public static bool IsBreakOrEnd(char c) => c == '\0' || IsBreak(c);

    public static bool IsBlankOrEnd(char c) => c is '\0' or ' ' or '\t' || IsBreak(c);

    public static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    public char Peek(int ahead) => Index + ahead < text.Length ? text[Index + ahead] : '\0';

    public YamlMark Mark() => new(file, Line + 1, Column + 1);

    /// <summary>Moves on within a line.</summary>
    public void Advance(int count = 1)
    {
        for (; count > 0 && Index < text.Length; count--, Index++)
            if (!char.IsLowSurrogate(text[Index]) && text[Index] != '\uFEFF')
                Column++;
    }

    public string Take(int length)
    {
        var taken = text.Substring(Index, Math.Min(length, text.Length - Index));
        Advance(length);
        return taken;
    }

    public void SkipSpaces()
    {
        while (Current == ' ')
            Advance();
    }

    public void SkipToBreak()
    {
        while (!IsBreakOrEnd(Current))
            Advance();
    }

    /// <summary>Passes one line break; gives it as YAML reads it ("\n", or U+2028/U+2029 as they are), else "".</summary>
    public string TakeBreak()
    {
        var c = Current;
        if (c == '\0' || !IsBreak(c))
            return "";
        Index += c == '\r' && Peek(1) == '\n' ? 2 : 1;
        Line++;
        Column = 0;
        return c is '\u2028' or '\u2029' ? c.ToString() : "\n";
    }

    /// <summary>True at <c>---</c> or <c>...</c> followed by white space, whatever the column.</summary>
    public bool AtSeparator()
    {
        var c = Current;
        return c is '-' or '.' && Peek(1) == c && Peek(2) == c && IsBlankOrEnd(Peek(3));
    }
}
