using System.Text;

namespace Teuthology.Suites;

/// <summary>
/// Lua 5.4 patterns (reference manual, 6.4.1) over UTF-8 bytes: single characters, <c>.</c>, <c>%a</c> classes, sets, <c>* + - ?</c>,
/// anchors, captures, <c>%b</c>, <c>%f</c> and back references. A mistake in a pattern shows only where the match comes to it, as in Lua.
/// </summary>
internal sealed class LuaPattern
{
    private const int Deepest = 200;

    /// <summary>Some tenths of a second; a search that makes sense takes a few hundred.</summary>
    private const int MostSteps = 5_000_000;

    private const int Unclosed = -1;
    private const int Position = -2;

    private readonly byte[] _text;
    private readonly byte[] _pattern;
    private readonly List<(int Begin, int Length)> _captures = [];
    private int _depth;
    private int _steps;

    private LuaPattern(byte[] text, byte[] pattern)
    {
        _text = text;
        _pattern = pattern;
    }

    /// <summary>True when <c>string.find(text, pattern)</c> finds something.</summary>
    /// <param name="text">Where to look.</param>
    /// <param name="pattern">The pattern.</param>
    /// <exception cref="ConfigurationException">The pattern is malformed.</exception>
    public static bool IsMatch(string text, string pattern)
    {
        if (pattern.AsSpan().IndexOfAny("^$*+?.([%-") < 0)
            return text.Contains(pattern, StringComparison.Ordinal);
        var matcher = new LuaPattern(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(pattern));
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

    /// <summary>Searches as the function of Lua's <c>string</c> library does, for the sake of the steps it takes.</summary>
    /// <param name="function"><c>find</c>, <c>match</c>, <c>gmatch</c> or <c>gsub</c>: the last two look for every match.</param>
    /// <param name="text">Where to look.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="first">Where to begin, as Lua counts: from 1, negative from the end.</param>
    /// <exception cref="ConfigurationException">The pattern is malformed or takes too many steps.</exception>
    public static void Check(string function, byte[] text, byte[] pattern, long first)
    {
        var matcher = new LuaPattern(text, pattern);
        var all = function is "gmatch" or "gsub";
        var anchored = function != "gmatch" && pattern is [(byte)'^', ..];
        var begin = first > 0 ? first - 1 : first == 0 ? 0 : Math.Max(0, text.Length + first);
        for (var last = -1; begin <= text.Length; begin++)
        {
            matcher._captures.Clear();
            var end = matcher.Match((int)begin, anchored ? 1 : 0);
            if (anchored || (end >= 0 && !all))
                return;
            if (end < 0 || end == last)
                continue;
            last = end;
            begin = end - 1;
        }
    }

    /// <summary>Fails when a search for the bytes themselves could take long.</summary>
    /// <exception cref="ConfigurationException">It could.</exception>
    public static void CheckPlain(byte[] text, byte[] part)
    {
        if ((long)text.Length * part.Length > 1L << 32)
            throw new ConfigurationException("the search takes too long: both texts are large");
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
                Step();
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
            Step();
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

    private void Step()
    {
        if (++_steps > MostSteps)
            throw new ConfigurationException($"the pattern '{Encoding.UTF8.GetString(_pattern.AsSpan(0, Math.Min(_pattern.Length, 60)))}' takes too many steps; use fewer of '*', '+', '-' and '?' in it");
    }

    private bool Single(int s, int p, int end)
    {
        Step();
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
