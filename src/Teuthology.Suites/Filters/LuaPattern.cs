using System.Text;

namespace Teuthology.Suites;

/// <summary>
/// Lua 5.4 patterns (reference manual, 6.4.1) over UTF-8 bytes: single characters, <c>.</c>, <c>%a</c> classes, sets, <c>* + - ?</c>,
/// anchors, captures, <c>%b</c>, <c>%f</c> and back references. A mistake in a pattern shows only where the match comes to it, as in Lua.
/// </summary>
internal sealed class LuaPattern
{
    private const int Deepest = 200;
    private const int Unclosed = -1;
    private const int Position = -2;

    private readonly byte[] _text;
    private readonly byte[] _pattern;
    private readonly List<(int Begin, int Length)> _captures = [];
    private int _depth;

    private LuaPattern(string text, string pattern)
    {
        _text = Encoding.UTF8.GetBytes(text);
        _pattern = Encoding.UTF8.GetBytes(pattern);
    }

    /// <summary>True when <c>string.find(text, pattern)</c> finds something.</summary>
    /// <param name="text">Where to look.</param>
    /// <param name="pattern">The pattern.</param>
    /// <exception cref="ConfigurationException">The pattern is malformed.</exception>
    public static bool IsMatch(string text, string pattern)
    {
        if (pattern.AsSpan().IndexOfAny("^$*+?.([%-") < 0)
            return text.Contains(pattern, StringComparison.Ordinal);
        var matcher = new LuaPattern(text, pattern);
        var anchored = pattern.StartsWith('^');
        for (var begin = 0; begin <= matcher._text.Length; begin++)
        {
            matcher._captures.Clear();
            if (matcher.Match(begin, anchored ? 1 : 0) >= 0)
                return true;
            if (anchored)
                return false;
        }

        return false;
    }

    private int At(int index) => index < _pattern.Length ? _pattern[index] : 0;

    /// <summary>End of the match of the pattern from <paramref name="p"/> at <paramref name="s"/>; -1 for none.</summary>
    private int Match(int s, int p)
    {
        if (++_depth > Deepest)
            throw Malformed("is too complex");
        try
        {
            while (p < _pattern.Length)
            {
                switch (At(p))
                {
                    case '(':
                        return At(p + 1) == ')' ? Capture(s, p + 2, Position) : Capture(s, p + 1, Unclosed);
                    case ')':
                        return EndCapture(s, p + 1);
                    case '$' when p + 1 == _pattern.Length:
                        return s == _text.Length ? s : -1;
                    case '%' when At(p + 1) == 'b':
                        s = Balanced(s, p + 2);
                        p += 4;
                        break;
                    case '%' when At(p + 1) == 'f':
                        var set = p + 2;
                        if (At(set) != '[')
                            throw Malformed("lacks '[' after '%f'");
                        p = ItemEnd(set);
                        if (InSet(s > 0 ? _text[s - 1] : 0, set, p - 1) || !InSet(s < _text.Length ? _text[s] : 0, set, p - 1))
                            return -1;
                        break;
                    case '%' when At(p + 1) is >= '0' and <= '9':
                        s = Repeated(s, At(p + 1) - '1');
                        p += 2;
                        break;
                    default:
                        var end = ItemEnd(p);
                        if (At(end) is '*' or '+' or '-' or '?')
                            return Quantified(s, p, end);
                        if (!Single(s, p, end))
                            return -1;
                        s++;
                        p = end;
                        break;
                }

                if (s < 0)
                    return -1;
            }

            return s;
        }
        finally
        {
            _depth--;
        }
    }

    private int Quantified(int s, int p, int end)
    {
        switch (At(end))
        {
            case '?':
                return Single(s, p, end) && Match(s + 1, end + 1) is var taken and >= 0 ? taken : Match(s, end + 1);
            case '-':
                for (; ; s++)
                {
                    if (Match(s, end + 1) is var found and >= 0)
                        return found;
                    if (!Single(s, p, end))
                        return -1;
                }

            default:
                var count = 0;
                while (Single(s + count, p, end))
                    count++;
                for (var least = At(end) == '+' ? 1 : 0; count >= least; count--)
                    if (Match(s + count, end + 1) is var matched and >= 0)
                        return matched;
                return -1;
        }
    }

    private int Capture(int s, int p, int kind)
    {
        if (_captures.Count >= 32)
            throw Malformed("has too many captures");
        _captures.Add((s, kind));
        var end = Match(s, p);
        if (end < 0)
            _captures.RemoveAt(_captures.Count - 1);
        return end;
    }

    private int EndCapture(int s, int p)
    {
        var open = _captures.FindLastIndex(c => c.Length == Unclosed);
        if (open < 0)
            throw Malformed("has a ')' too many");
        _captures[open] = (_captures[open].Begin, s - _captures[open].Begin);
        var end = Match(s, p);
        if (end < 0)
            _captures[open] = (_captures[open].Begin, Unclosed);
        return end;
    }

    private int Balanced(int s, int p)
    {
        if (p + 1 >= _pattern.Length)
            throw Malformed("lacks the two characters after '%b'");
        if (s >= _text.Length || _text[s] != _pattern[p])
            return -1;
        var depth = 1;
        for (var i = s + 1; i < _text.Length; i++)
        {
            if (_text[i] == _pattern[p + 1])
            {
                if (--depth == 0)
                    return i + 1;
            }
            else if (_text[i] == _pattern[p])
                depth++;
        }

        return -1;
    }

    private int Repeated(int s, int capture)
    {
        if (capture < 0 || capture >= _captures.Count || _captures[capture].Length == Unclosed)
            throw Malformed($"has no capture %{capture + 1}");
        var (begin, length) = _captures[capture];
        var span = _text.AsSpan(begin, Math.Max(length, 0));
        return _text.AsSpan(s).StartsWith(span) ? s + span.Length : -1;
    }

    private int ItemEnd(int p)
    {
        if (At(p) == '%')
            return p + 1 < _pattern.Length ? p + 2 : throw Malformed("ends with '%'");
        if (At(p) != '[')
            return p + 1;
        p++;
        if (At(p) == '^')
            p++;
        do
        {
            if (p >= _pattern.Length)
                throw Malformed("lacks a ']'");
            if (At(p++) == '%')
                p++;
        }
        while (p >= _pattern.Length || At(p) != ']');
        return p + 1;
    }

    private bool Single(int s, int p, int end)
    {
        if (s >= _text.Length)
            return false;
        var c = _text[s];
        return At(p) switch
        {
            '.' => true,
            '%' => InClass(c, At(p + 1)),
            '[' => InSet(c, p, end - 1),
            _ => At(p) == c,
        };
    }

    private bool InSet(int c, int begin, int close)
    {
        var p = begin + 1;
        var negated = At(p) == '^';
        if (negated)
            p++;
        for (; p < close; p++)
        {
            var found = false;
            if (At(p) == '%')
                found = InClass(c, At(++p));
            else if (At(p + 1) == '-' && p + 2 < close)
            {
                found = At(p) <= c && c <= At(p + 2);
                p += 2;
            }
            else
                found = At(p) == c;
            if (found)
                return !negated;
        }

        return negated;
    }

    private static bool InClass(int c, int name)
    {
        var character = (char)c;
        bool? isIn = char.ToLowerInvariant((char)name) switch
        {
            'a' => char.IsAsciiLetter(character),
            'c' => c is < 32 or 127,
            'd' => char.IsAsciiDigit(character),
            'g' => c is > 32 and < 127,
            'l' => char.IsAsciiLetterLower(character),
            'p' => c is > 32 and < 127 && !char.IsAsciiLetterOrDigit(character),
            's' => c is 32 or (>= 9 and <= 13),
            'u' => char.IsAsciiLetterUpper(character),
            'w' => char.IsAsciiLetterOrDigit(character),
            'x' => char.IsAsciiHexDigit(character),
            _ => null,
        };
        return isIn is { } member ? member != char.IsAsciiLetterUpper((char)name) : name == c;
    }

    private ConfigurationException Malformed(string what) =>
        new($"the filter '{Encoding.UTF8.GetString(_pattern)}' {what}; with --filter-fragments a filter is a Lua pattern, in which '%' takes the meaning from the character after it");
}
