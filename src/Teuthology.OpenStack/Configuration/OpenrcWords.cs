using System.Text;
using Teuthology.Yaml;

namespace Teuthology.OpenStack;

/// <summary>A line of a shell script in words, as sh(1) splits and unquotes them.</summary>
/// <param name="line">The line.</param>
/// <param name="mark">Its place.</param>
/// <param name="variable">Gives a variable.</param>
internal sealed class OpenrcWords(string line, YamlMark mark, Func<string, string?> variable)
{
    private readonly StringBuilder _word = new();
    private bool _isWord;
    private bool _isKnown = true;
    private int _at;

    /// <summary>Its statements (<c>;</c> and <c>&amp;&amp;</c> between); a word is not known when only a shell could tell it.</summary>
    public IEnumerable<IReadOnlyList<(string Text, bool IsKnown)>> Statements()
    {
        var words = new List<(string, bool)>();
        for (; _at < line.Length; _at++)
        {
            var c = line[_at];
            if (c == '#' && !_isWord)
                break;
            if (c is ' ' or '\t')
            {
                End(words);
            }
            else if (c is ';' or '&' or '|')
            {
                End(words);
                if (words.Count > 0)
                    yield return words;
                words = [];
            }
            else
            {
                _isWord = true;
                Part(c);
            }
        }

        End(words);
        if (words.Count > 0)
            yield return words;
    }

    private void End(List<(string, bool)> words)
    {
        if (_isWord)
            words.Add((_word.ToString(), _isKnown));
        _word.Clear();
        (_isWord, _isKnown) = (false, true);
    }

    private void Part(char c)
    {
        switch (c)
        {
            case '\'':
                var end = line.IndexOf('\'', _at + 1);
                _word.Append(line, _at + 1, (end < 0 ? throw Open() : end) - _at - 1);
                _at = end;
                break;
            case '"':
                for (_at++; ; _at++)
                {
                    if (_at >= line.Length)
                        throw Open();
                    if (line[_at] == '"')
                        break;
                    if (line[_at] == '\\' && _at + 1 < line.Length && line[_at + 1] is '"' or '\\' or '$' or '`')
                        _word.Append(line[++_at]);
                    else
                        Expand(line[_at]);
                }

                break;
            case '\\' when _at + 1 < line.Length:
                _word.Append(line[++_at]);
                break;
            default:
                Expand(c);
                break;
        }
    }

    private void Expand(char c)
    {
        if (c == '`' || (c == '$' && _at + 1 < line.Length && line[_at + 1] == '('))
        {
            _isKnown = false;
            _word.Append(c);
            return;
        }

        if (c != '$')
        {
            _word.Append(c);
            return;
        }

        var braced = _at + 1 < line.Length && line[_at + 1] == '{';
        var start = _at + (braced ? 2 : 1);
        var stop = start;
        while (stop < line.Length && (char.IsAsciiLetterOrDigit(line[stop]) || line[stop] == '_'))
            stop++;
        if (stop == start)
        {
            _word.Append(c);
            return;
        }

        var value = variable(line[start..stop]) ?? "";
        _at = stop - 1;
        if (braced)
        {
            var close = line.IndexOf('}', stop);
            if (close < 0)
                throw Open();
            if (close > stop && line.AsSpan(stop, close - stop) is [':', '-', .. var otherwise])
                value = value.Length > 0 ? value : otherwise.ToString();
            else if (close > stop)
                _isKnown = false;
            _at = close;
        }

        _word.Append(value);
    }

    private ConfigurationException Open() => new("a quote or a brace that begins here has no end", mark with { Column = Math.Min(_at, line.Length) + 1 });
}
