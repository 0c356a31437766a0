using System.Text;
using T = Teuthology.Yaml.YamlTokenKind;

namespace Teuthology.Yaml;

/// <summary>Reads the tokens that are text: scalars of every style, anchors, tags and directives.</summary>
internal sealed class YamlScalarScanner(YamlCursor at)
{
    /// <summary>A scalar without quotes, over several lines where the next ones are indented more.</summary>
    public YamlToken Plain(int indent, bool inBrackets, ref bool keyMayBegin)
    {
        var mark = at.Mark();
        var value = new StringBuilder();
        var gap = "";
        while (at.Current != '#')
        {
            var length = 0;
            while (!EndsPlain(at.Peek(length), at.Peek(length + 1), inBrackets))
                length++;
            if (length == 0)
                break;
            keyMayBegin = false;
            value.Append(gap).Append(at.Take(length));
            gap = PlainGap(ref keyMayBegin);
            if (gap.Length == 0 || (!inBrackets && at.Column <= indent))
                break;
        }

        return new YamlToken(T.Scalar, mark, value.ToString(), Plain: true);
    }

    /// <summary>A scalar in single or double quotes.</summary>
    public YamlToken Quoted()
    {
        var mark = at.Mark();
        var quote = at.Current;
        var value = new StringBuilder();
        at.Advance();
        while (true)
        {
            QuotedWord(quote, value);
            if (at.Current == quote)
                break;
            var length = 0;
            while (at.Peek(length) is ' ' or '\t')
                length++;
            var blanks = at.Take(length);
            if (at.Current == '\0')
                throw new YamlSyntaxException(mark, $"the closing {quote} is missing");
            value.Append(YamlCursor.IsBreak(at.Current) ? Fold(at.TakeBreak(), QuotedBreaks(mark)) : blanks);
        }

        at.Advance();
        return new YamlToken(T.Scalar, mark, value.ToString());
    }

    /// <summary>A block scalar, <c>|</c> or <c>&gt;</c>.</summary>
    public YamlToken Block(int indent) => YamlBlockScalar.Scan(at, indent);

    /// <summary><c>&amp;name</c> or <c>*name</c>.</summary>
    public YamlToken Anchor()
    {
        var mark = at.Mark();
        var kind = at.Current == '*' ? T.Alias : T.Anchor;
        at.Advance();
        var name = Word();
        if (name.Length == 0 || !(YamlCursor.IsBlankOrEnd(at.Current) || "?:,]}%@`".Contains(at.Current)))
            throw new YamlSyntaxException(mark, "the name of an anchor has letters, digits, '-' and '_' only; a value that begins with '*' or '&' needs quotes");
        return new YamlToken(kind, mark, name);
    }

    /// <summary><c>!name</c>, <c>!!name</c>, <c>!handle!name</c>, <c>!&lt;uri&gt;</c> or <c>!</c> alone.</summary>
    public YamlToken Tag() => YamlTagScanner.Tag(at);

    /// <summary>A line that begins with <c>%</c>.</summary>
    public YamlToken Directive() => YamlTagScanner.Directive(at);

    private static bool EndsPlain(char c, char next, bool inBrackets) =>
        YamlCursor.IsBlankOrEnd(c)
        || (c == ':' && (YamlCursor.IsBlankOrEnd(next) || (inBrackets && ",[]{}".Contains(next))))
        || (inBrackets && ",?[]{}".Contains(c));

    private static string Fold(string lineBreak, string breaks) =>
        lineBreak != "\n" ? lineBreak + breaks : breaks.Length == 0 ? " " : breaks;

    private string PlainGap(ref bool keyMayBegin)
    {
        var length = 0;
        while (at.Peek(length) == ' ')
            length++;
        var blanks = at.Take(length);
        if (!YamlCursor.IsBreak(at.Current))
            return blanks;
        var lineBreak = at.TakeBreak();
        keyMayBegin = true;
        if (at.AtSeparator())
            return "";
        var breaks = new StringBuilder();
        while (at.Current == ' ' || YamlCursor.IsBreak(at.Current))
        {
            if (at.Current == ' ')
            {
                at.Advance();
                continue;
            }

            breaks.Append(at.TakeBreak());
            if (at.AtSeparator())
                return "";
        }

        return Fold(lineBreak, breaks.ToString());
    }

    private void QuotedWord(char quote, StringBuilder value)
    {
        while (true)
        {
            var length = 0;
            while (!YamlCursor.IsBlankOrEnd(at.Peek(length)) && !"'\"\\".Contains(at.Peek(length)))
                length++;
            value.Append(at.Take(length));
            var c = at.Current;
            if (quote == '\'' && c == '\'' && at.Peek(1) == '\'')
            {
                value.Append('\'');
                at.Advance(2);
            }
            else if (c != quote && (c is '\'' or '"' || (c == '\\' && quote == '\'')))
            {
                value.Append(c);
                at.Advance();
            }
            else if (quote == '"' && c == '\\')
                Escape(value);
            else
                return;
        }
    }

    private void Escape(StringBuilder value)
    {
        var mark = at.Mark();
        at.Advance();
        var c = at.Current;
        if (YamlCursor.IsBreak(c))
        {
            at.TakeBreak();
            value.Append(QuotedBreaks(mark));
            return;
        }

        if (c is 'x' or 'u' or 'U')
        {
            at.Advance();
            value.Append(Character(mark, c == 'x' ? 2 : c == 'u' ? 4 : 8));
            return;
        }

        var position = c == '\0' ? -1 : "0abt\tnvfre \"\\/N_LP".IndexOf(c);
        if (position < 0)
            throw new YamlSyntaxException(mark, $"unknown escape '\\{c}'; use single quotes for a text with backslashes");
        value.Append("\0\a\b\t\t\n\v\f\r\u001b \"\\/\u0085\u00a0\u2028\u2029"[position]);
        at.Advance();
    }

    private string Character(YamlMark mark, int digits)
    {
        for (var i = 0; i < digits; i++)
            if (!char.IsAsciiHexDigit(at.Peek(i)))
                throw new YamlSyntaxException(mark, $"this escape needs {digits} hexadecimal digits");
        var code = Convert.ToInt64(at.Take(digits), 16);
        if (code > 0x10FFFF)
            throw new YamlSyntaxException(mark, "there is no character with this number");
        return code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() : char.ConvertFromUtf32((int)code);
    }

    private string QuotedBreaks(YamlMark mark)
    {
        var breaks = new StringBuilder();
        while (true)
        {
            if (at.AtSeparator())
                throw new YamlSyntaxException(mark, "the document ends before the closing quote");
            while (at.Current is ' ' or '\t')
                at.Advance();
            if (!YamlCursor.IsBreak(at.Current))
                return breaks.ToString();
            breaks.Append(at.TakeBreak());
        }
    }

    private string Word()
    {
        var length = 0;
        while (YamlCursor.IsWord(at.Peek(length)))
            length++;
        return at.Take(length);
    }
}
