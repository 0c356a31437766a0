using System.Text;
using T = Teuthology.Yaml.YamlTokenKind;

namespace Teuthology.Yaml;

/// <summary>Reads tags and directives.</summary>
internal static class YamlTagScanner
{
    public static YamlToken Tag(YamlCursor at)
    {
        var mark = at.Mark();
        string? handle = null;
        string suffix;
        if (at.Peek(1) == '<')
        {
            at.Advance(2);
            suffix = Uri(at, mark);
            if (at.Current != '>')
                throw new YamlSyntaxException(mark, "the '>' of the tag is missing");
            at.Advance();
        }
        else if (YamlCursor.IsBlankOrEnd(at.Peek(1)))
        {
            suffix = "!";
            at.Advance();
        }
        else
        {
            handle = HasSecondMark(at) ? Handle(at, mark) : at.Take(1);
            suffix = Uri(at, mark);
        }

        if (at.Current != ' ' && !YamlCursor.IsBreakOrEnd(at.Current))
            throw new YamlSyntaxException(mark, $"a tag cannot hold '{at.Current}'; a value that begins with '!' needs quotes");
        return new YamlToken(T.Tag, mark, suffix, handle);
    }

    public static YamlToken Directive(YamlCursor at)
    {
        var mark = at.Mark();
        at.Advance();
        var length = 0;
        while (YamlCursor.IsWord(at.Peek(length)))
            length++;
        var name = at.Take(length);
        if (length == 0 || !AtGap(at))
            throw new YamlSyntaxException(mark, "a line that begins with '%' is a directive (%YAML or %TAG); a key or value that begins so needs quotes");
        string? handle = null;
        var value = name;
        at.SkipSpaces();
        if (name == "YAML")
            value = Version(at, mark);
        else if (name == "TAG")
        {
            handle = Handle(at, mark);
            if (at.Current != ' ')
                throw new YamlSyntaxException(mark, "%TAG takes a handle and a prefix");
            at.SkipSpaces();
            value = Uri(at, mark);
        }
        else
            at.SkipToBreak();
        if (!AtGap(at))
            throw new YamlSyntaxException(mark, $"%{name} has something wrong after it");
        at.SkipSpaces();
        if (at.Current == '#')
            at.SkipToBreak();
        if (!YamlCursor.IsBreakOrEnd(at.Current))
            throw new YamlSyntaxException(mark, "only a comment may follow a directive");
        at.TakeBreak();
        return new YamlToken(T.Directive, mark, value, handle, Plain: name == "YAML");
    }

    private static bool AtGap(YamlCursor at) => at.Current == ' ' || YamlCursor.IsBreakOrEnd(at.Current);

    private static string Version(YamlCursor at, YamlMark mark)
    {
        var major = Digits(at);
        var dotted = at.Current == '.';
        at.Advance(dotted ? 1 : 0);
        var minor = Digits(at);
        if (major.Length == 0 || !dotted || minor.Length == 0)
            throw new YamlSyntaxException(mark, "%YAML takes a version such as 1.1");
        return major.TrimStart('0');
    }

    private static string Digits(YamlCursor at)
    {
        var length = 0;
        while (char.IsAsciiDigit(at.Peek(length)))
            length++;
        return at.Take(length);
    }

    private static bool HasSecondMark(YamlCursor at)
    {
        for (var i = 1; at.Peek(i) is not ' ' && !YamlCursor.IsBreakOrEnd(at.Peek(i)); i++)
            if (at.Peek(i) == '!')
                return true;
        return false;
    }

    private static string Handle(YamlCursor at, YamlMark mark)
    {
        var length = 1;
        if (at.Current == '!' && at.Peek(1) != ' ')
        {
            while (YamlCursor.IsWord(at.Peek(length)))
                length++;
            if (at.Peek(length++) != '!')
                length = 0;
        }

        if (at.Current != '!' || length == 0)
            throw new YamlSyntaxException(mark, "the handle of a tag is '!', '!!' or '!name!'; a value that begins with '!' needs quotes");
        return at.Take(length);
    }

    private static string Uri(YamlCursor at, YamlMark mark)
    {
        var uri = new StringBuilder();
        while (char.IsAsciiLetterOrDigit(at.Current) || (at.Current != '\0' && "-;/?:@&=+$,_.!~*'()[]%".Contains(at.Current)))
        {
            if (at.Current == '%')
                uri.Append(Escaped(at, mark));
            else
                uri.Append(at.Take(1));
        }

        return uri.Length > 0 ? uri.ToString() : throw new YamlSyntaxException(mark, "the tag has no name");
    }

    private static string Escaped(YamlCursor at, YamlMark mark)
    {
        var bytes = new List<byte>();
        while (at.Current == '%')
        {
            at.Advance();
            if (!char.IsAsciiHexDigit(at.Current) || !char.IsAsciiHexDigit(at.Peek(1)))
                throw new YamlSyntaxException(mark, "'%' in a tag is followed by two hexadecimal digits");
            bytes.Add(Convert.ToByte(at.Take(2), 16));
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw new YamlSyntaxException(mark, "the escapes of the tag are not UTF-8");
        }
    }
}
