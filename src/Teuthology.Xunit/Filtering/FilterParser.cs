using System.Text;

namespace Teuthology.Xunit;

/// <summary>Reads the filter language; <c>&amp;</c> binds closer than <c>|</c>. A bare word asks whether the full name contains it.</summary>
/// <param name="text">The filter.</param>
internal sealed class FilterParser(string text)
{
    private int _at;

    /// <summary>The filter, or null when the text is not one.</summary>
    public CaseFilter? Parse()
    {
        var filter = Either();
        return _at == text.Length ? filter : null;
    }

    private CaseFilter? Either()
    {
        var left = Both();
        while (left is not null && Take('|'))
            left = Both() is { } right ? new FilterJunction(left, both: false, right) : null;
        return left;
    }

    private CaseFilter? Both()
    {
        var left = Term();
        while (left is not null && Take('&'))
            left = Term() is { } right ? new FilterJunction(left, both: true, right) : null;
        return left;
    }

    private CaseFilter? Term()
    {
        if (!Take('('))
            return Condition();
        var inner = Either();
        return Take(')') ? inner : null;
    }

    private FilterCondition? Condition()
    {
        var name = Word("=!~&|()");
        var negated = _at + 1 < text.Length && text[_at] == '!' && text[_at + 1] is '=' or '~';
        if (negated)
            _at++;
        if (name.Length == 0)
            return null;
        if (_at == text.Length || text[_at] is not ('=' or '~'))
            return _at < text.Length && text[_at] == '!' ? null : new FilterCondition("FullyQualifiedName", contains: true, negated: false, name);
        var contains = text[_at++] == '~';
        return new FilterCondition(name, contains, negated, Word("&|()"));
    }

    private string Word(string stops)
    {
        var word = new StringBuilder();
        for (; _at < text.Length && !stops.Contains(text[_at]); _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length)
                _at++;
            word.Append(text[_at]);
        }

        return word.ToString().Trim();
    }

    private bool Take(char sign)
    {
        while (_at < text.Length && text[_at] == ' ')
            _at++;
        if (_at == text.Length || text[_at] != sign)
            return false;
        _at++;
        while (_at < text.Length && text[_at] == ' ')
            _at++;
        return true;
    }
}
