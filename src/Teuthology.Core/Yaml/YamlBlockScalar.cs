using System.Text;

namespace Teuthology.Yaml;

/// <summary>Reads block scalars: <c>|</c> keeps line breaks, <c>&gt;</c> folds them.</summary>
internal static class YamlBlockScalar
{
    private enum Chomping
    {
        Clip,
        Strip,
        Keep,
    }

    public static YamlToken Scan(YamlCursor at, int outerIndent)
    {
        var mark = at.Mark();
        var folded = at.Current == '>';
        at.Advance();
        var (chomping, increment) = Header(at, mark);
        var least = Math.Max(outerIndent + 1, 1);
        var (breaks, indent) = increment is { } more ? (Breaks(at, least + more - 1), least + more - 1) : FirstBreaks(at, least);
        var value = new StringBuilder();
        var lineBreak = "";
        while (at.Column == indent && at.Current != '\0')
        {
            value.Append(breaks);
            var wasText = at.Current is not (' ' or '\t');
            var length = 0;
            while (!YamlCursor.IsBreakOrEnd(at.Peek(length)))
                length++;
            value.Append(at.Take(length));
            lineBreak = at.TakeBreak();
            breaks = Breaks(at, indent);
            if (at.Column != indent || at.Current == '\0')
                break;
            if (!folded || lineBreak != "\n" || !wasText || at.Current is ' ' or '\t')
                value.Append(lineBreak);
            else if (breaks.Length == 0)
                value.Append(' ');
        }

        if (chomping != Chomping.Strip)
            value.Append(lineBreak);
        if (chomping == Chomping.Keep)
            value.Append(breaks);
        return new YamlToken(YamlTokenKind.Scalar, mark, value.ToString());
    }

    private static (Chomping Chomping, int? Increment) Header(YamlCursor at, YamlMark mark)
    {
        Chomping? chomping = null;
        int? increment = null;
        while (true)
        {
            var c = at.Current;
            if (c is '+' or '-' && chomping is null)
                chomping = c == '+' ? Chomping.Keep : Chomping.Strip;
            else if (c is >= '1' and <= '9' && increment is null)
                increment = c - '0';
            else
                break;
            at.Advance();
        }

        if (at.Current is not ' ' && !YamlCursor.IsBreakOrEnd(at.Current))
            throw new YamlSyntaxException(mark, "after '|' or '>' only '+', '-' and an indentation of 1 to 9 may stand; a value that begins so needs quotes");
        at.SkipSpaces();
        if (at.Current == '#')
            at.SkipToBreak();
        if (!YamlCursor.IsBreakOrEnd(at.Current))
            throw new YamlSyntaxException(mark, "the text of a block scalar begins on the next line");
        at.TakeBreak();
        return (chomping ?? Chomping.Clip, increment);
    }

    private static (string Breaks, int Indent) FirstBreaks(YamlCursor at, int least)
    {
        var breaks = new StringBuilder();
        while (at.Current == ' ' || YamlCursor.IsBreak(at.Current))
        {
            if (at.Current != ' ')
            {
                breaks.Append(at.TakeBreak());
                continue;
            }

            at.Advance();
            least = Math.Max(least, at.Column);
        }

        return (breaks.ToString(), least);
    }

    private static string Breaks(YamlCursor at, int indent)
    {
        var breaks = new StringBuilder();
        while (true)
        {
            while (at.Column < indent && at.Current == ' ')
                at.Advance();
            if (!YamlCursor.IsBreak(at.Current))
                return breaks.ToString();
            breaks.Append(at.TakeBreak());
        }
    }
}
