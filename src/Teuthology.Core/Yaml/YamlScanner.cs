using T = Teuthology.Yaml.YamlTokenKind;

namespace Teuthology.Yaml;

/// <summary>
/// Cuts a text into tokens by the rules of PyYAML's YAML 1.1: no tab may stand where a token could begin, a key without <c>?</c>
/// is on one line and at most 1024 characters long, <c>?</c> and <c>:</c> are always indicators within brackets.
/// A mistake becomes the last token, so that the reader meets whichever mistake comes first in the text.
/// </summary>
internal sealed class YamlScanner
{
    private const int LongestSimpleKey = 1024;

    private readonly List<YamlToken> _tokens = [];
    private readonly List<int> _outerIndents = [];
    private readonly Dictionary<int, Candidate> _candidates = [];
    private readonly YamlCursor _at;
    private readonly YamlScalarScanner _scalars;
    private int _indent = -1;
    private int _depth;
    private bool _keyMayBegin = true;

    private YamlScanner(string text, string file)
    {
        _at = new YamlCursor(text, file);
        _scalars = new YamlScalarScanner(_at);
    }

    /// <summary>A place where a key may have begun: known for sure only when its ':' turns up.</summary>
    private sealed record Candidate(int Token, bool Required, int Index, int Line, int Column, YamlMark Mark);

    public static IReadOnlyList<YamlToken> Scan(string text, string file)
    {
        var scanner = new YamlScanner(text, file);
        try
        {
            while (scanner.Next())
            {
            }
        }
        catch (YamlSyntaxException mistake)
        {
            scanner._tokens.Add(new YamlToken(T.Error, mistake.Mark, mistake.Message));
        }

        return scanner._tokens;
    }

    private bool Next()
    {
        SkipToToken();
        DropStaleCandidates();
        Unwind(_at.Column);
        var c = _at.Current;
        if (c == '\0')
            return End();
        if (_at.Column == 0 && c == '%')
            Outermost(() => _tokens.Add(_scalars.Directive()));
        else if (_at.Column == 0 && _at.AtSeparator())
            Outermost(() => Single(c == '-' ? T.DocumentStart : T.DocumentEnd, 3));
        else if (!Indicator(c))
            Content(c);
        return true;
    }

    private bool End()
    {
        Unwind(-1);
        GiveUpCandidate();
        _tokens.Add(new YamlToken(T.StreamEnd, _at.Mark()));
        return false;
    }

    private bool Indicator(char c)
    {
        switch (c)
        {
            case '[' or '{':
                NoteCandidate();
                if (++_depth > YamlParser.Deepest)
                    throw YamlParser.TooDeep(_at.Mark());
                _keyMayBegin = true;
                return Single(c == '[' ? T.FlowSequenceStart : T.FlowMappingStart);
            case ']' or '}':
                GiveUpCandidate();
                // Below zero as PyYAML: a stray bracket is the parser's mistake to report.
                _depth--;
                _keyMayBegin = false;
                return Single(c == ']' ? T.FlowSequenceEnd : T.FlowMappingEnd);
            case ',':
                _keyMayBegin = true;
                GiveUpCandidate();
                return Single(T.FlowEntry);
            case '-' when YamlCursor.IsBlankOrEnd(_at.Peek(1)):
                OpenBlock(T.BlockSequenceStart, "a list item '-' cannot stand here; is the line before it complete?");
                _keyMayBegin = true;
                GiveUpCandidate();
                return Single(T.Entry);
            case '?' when _depth != 0 || YamlCursor.IsBlankOrEnd(_at.Peek(1)):
                OpenBlock(T.BlockMappingStart, "a key '?' cannot stand here");
                _keyMayBegin = _depth == 0;
                GiveUpCandidate();
                return Single(T.Key);
            case ':' when _depth != 0 || YamlCursor.IsBlankOrEnd(_at.Peek(1)):
                return Colon();
            default:
                return false;
        }
    }

    private void Content(char c)
    {
        if (c is '|' or '>' && _depth == 0)
        {
            _keyMayBegin = true;
            GiveUpCandidate();
            _tokens.Add(_scalars.Block(_indent));
            return;
        }

        Func<YamlToken>? scan = c switch
        {
            '*' or '&' => _scalars.Anchor,
            '!' => _scalars.Tag,
            '\'' or '"' => _scalars.Quoted,
            _ when BeginsPlain(c) => null,
            '\t' => throw new YamlSyntaxException(_at.Mark(), "a tab cannot stand here; indent with spaces"),
            _ => throw new YamlSyntaxException(_at.Mark(), $"'{c}' cannot begin a value; put the value into quotes"),
        };
        NoteCandidate();
        _keyMayBegin = false;
        _tokens.Add(scan is not null ? scan() : _scalars.Plain(_indent, _depth != 0, ref _keyMayBegin));
    }

    private bool BeginsPlain(char c)
    {
        if (!YamlCursor.IsBlankOrEnd(c) && !"-?:,[]{}#&*!|>'\"%@`".Contains(c))
            return true;
        return !YamlCursor.IsBlankOrEnd(_at.Peek(1)) && (c == '-' || (_depth == 0 && c is '?' or ':'));
    }

    private bool Colon()
    {
        if (_candidates.Remove(_depth, out var key))
        {
            _tokens.Insert(key.Token, new YamlToken(T.Key, key.Mark));
            if (_depth == 0 && Indent(key.Column))
                _tokens.Insert(key.Token, new YamlToken(T.BlockMappingStart, key.Mark));
            _keyMayBegin = false;
        }
        else
        {
            OpenBlock(T.BlockMappingStart, "':' cannot stand here; a value with ': ' in it needs quotes, and a nested mapping its own line");
            _keyMayBegin = _depth == 0;
        }

        return Single(T.Value);
    }

    private void OpenBlock(YamlTokenKind kind, string otherwise)
    {
        if (_depth != 0)
            return;
        if (!_keyMayBegin)
            throw new YamlSyntaxException(_at.Mark(), otherwise);
        if (Indent(_at.Column))
            _tokens.Add(new YamlToken(kind, _at.Mark()));
    }

    private bool Single(YamlTokenKind kind, int length = 1)
    {
        _tokens.Add(new YamlToken(kind, _at.Mark()));
        _at.Advance(length);
        return true;
    }

    private void Outermost(Action scan)
    {
        Unwind(-1);
        GiveUpCandidate();
        _keyMayBegin = false;
        scan();
    }

    private void SkipToToken()
    {
        if (_at.Index == 0 && _at.Current == '\uFEFF')
            _at.Advance();
        do
        {
            _at.SkipSpaces();
            if (_at.Current == '#')
                _at.SkipToBreak();
            if (_at.TakeBreak().Length == 0)
                return;
            if (_depth == 0)
                _keyMayBegin = true;
        }
        while (true);
    }

    private bool Indent(int column)
    {
        if (_indent >= column)
            return false;
        _outerIndents.Add(_indent);
        _indent = column;
        return true;
    }

    private void Unwind(int column)
    {
        if (_depth != 0)
            return;
        while (_indent > column)
        {
            _tokens.Add(new YamlToken(T.BlockEnd, _at.Mark()));
            _indent = _outerIndents[^1];
            _outerIndents.RemoveAt(_outerIndents.Count - 1);
        }
    }

    private void NoteCandidate()
    {
        if (!_keyMayBegin)
            return;
        GiveUpCandidate();
        var required = _depth == 0 && _indent == _at.Column;
        _candidates[_depth] = new Candidate(_tokens.Count, required, _at.Index, _at.Line, _at.Column, _at.Mark());
    }

    private void GiveUpCandidate()
    {
        if (_candidates.Remove(_depth, out var key) && key.Required)
            throw NoColon(key);
    }

    private void DropStaleCandidates()
    {
        foreach (var (depth, key) in _candidates)
        {
            if (key.Line == _at.Line && _at.Index - key.Index <= LongestSimpleKey)
                continue;
            if (key.Required)
                throw NoColon(key);
            _candidates.Remove(depth);
        }
    }

    private static YamlSyntaxException NoColon(Candidate key) => new(key.Mark, "a key without ':' (should it be indented more, as part of the value before it?)");
}
