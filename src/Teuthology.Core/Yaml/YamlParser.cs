using T = Teuthology.Yaml.YamlTokenKind;

namespace Teuthology.Yaml;

/// <summary>Makes the tree of one document out of tokens, by recursive descent.</summary>
internal sealed class YamlParser(IReadOnlyList<YamlToken> tokens)
{
    /// <summary>PyYAML gives up near 490 levels, where Python's stack ends.</summary>
    public const int Deepest = 500;

    private static readonly Dictionary<string, string> UsualHandles = new() { ["!"] = "!", ["!!"] = YamlTags.Prefix };

    private readonly Dictionary<string, YamlNode> _anchors = [];
    private Dictionary<string, string> _handles = UsualHandles;
    private int _next;
    private int _depth;

    private YamlToken Current => tokens[_next].Kind == T.Error
        ? throw new YamlSyntaxException(tokens[_next].Mark, tokens[_next].Text)
        : tokens[_next];

    public static YamlSyntaxException TooDeep(YamlMark mark) => new(mark, $"nested more than {Deepest} levels deep");

    /// <summary>The one document of the text; null when there is none.</summary>
    public YamlNode? Document()
    {
        var root = First();
        if (Current.Kind is T.StreamEnd)
            return root;
        throw Current.Kind is T.DocumentStart or T.Directive
            ? new YamlSyntaxException(Current.Mark, "a second document begins here; one file holds one document")
            : CannotFollow();
    }

    /// <summary>All documents of the text.</summary>
    public IEnumerable<YamlNode> Documents()
    {
        if (First() is { } first)
            yield return first;
        while (Current.Kind is T.DocumentStart or T.Directive)
        {
            _anchors.Clear();
            yield return Explicit();
        }

        if (Current.Kind is not T.StreamEnd)
            throw CannotFollow();
    }

    private YamlNode? First()
    {
        YamlNode? root = null;
        if (Current.Kind is not (T.Directive or T.DocumentStart or T.StreamEnd))
        {
            // As PyYAML: '...' before any content is not a document end but missing content.
            root = Node(block: true, itemsMayAlign: false);
            SkipDocumentEnds();
        }

        return root is null && Current.Kind != T.StreamEnd ? Explicit() : root;
    }

    private YamlNode Explicit()
    {
        Directives();
        var root = Current.Kind is T.Directive or T.DocumentStart or T.DocumentEnd or T.StreamEnd
            ? Empty(Current.Mark)
            : Node(block: true, itemsMayAlign: false);
        SkipDocumentEnds();
        return root;
    }

    private YamlSyntaxException CannotFollow() => new(Current.Mark, $"{Current.Name} cannot follow the document; is the indentation right?");

    private bool Skip(YamlTokenKind kind)
    {
        if (Current.Kind != kind)
            return false;
        _next++;
        return true;
    }

    private void SkipDocumentEnds()
    {
        while (Skip(T.DocumentEnd))
        {
        }
    }

    private void Directives()
    {
        _handles = new Dictionary<string, string>();
        var versionSeen = false;
        for (; Current.Kind == T.Directive; _next++)
        {
            if (Current.Handle is { } handle && !_handles.TryAdd(handle, Current.Text))
                throw new YamlSyntaxException(Current.Mark, $"the tag handle {handle} is given twice");
            if (Current.Plain && (versionSeen || Current.Text != "1"))
                throw new YamlSyntaxException(Current.Mark, "%YAML may stand once and must say 1.something");
            versionSeen |= Current.Plain;
        }

        foreach (var (handle, prefix) in UsualHandles)
            _handles.TryAdd(handle, prefix);
        if (!Skip(T.DocumentStart))
            throw new YamlSyntaxException(Current.Mark, $"'---' must follow, not {Current.Name}");
    }

    private YamlNode Node(bool block, bool itemsMayAlign)
    {
        if (++_depth > Deepest)
            throw TooDeep(Current.Mark);
        try
        {
            return Alias() ?? Content(block, itemsMayAlign);
        }
        finally
        {
            _depth--;
        }
    }

    private YamlNode? Alias()
    {
        var token = Current;
        if (!Skip(T.Alias))
            return null;
        return _anchors.TryGetValue(token.Text, out var node)
            ? node
            : throw new YamlSyntaxException(token.Mark, $"no anchor &{token.Text} before this *{token.Text}");
    }

    private YamlNode Content(bool block, bool itemsMayAlign)
    {
        var start = Current.Mark;
        YamlToken? anchor = null;
        YamlToken? tag = null;
        while ((Current.Kind == T.Anchor && anchor is null) || (Current.Kind == T.Tag && tag is null))
        {
            if (Current.Kind == T.Anchor)
                anchor = Current;
            else
                tag = Current;
            _next++;
        }

        var token = Current;
        var name = TagName(tag);
        switch (token.Kind)
        {
            case T.Entry when itemsMayAlign:
                return Fill(Open(YamlNodeKind.Sequence), AlignedItems);
            case T.Scalar:
                _next++;
                return Open(YamlNodeKind.Scalar, token.Text, token.Plain);
            case T.FlowSequenceStart:
                return Fill(Open(YamlNodeKind.Sequence), new YamlFlowParser(this).Items);
            case T.FlowMappingStart:
                return Fill(Open(YamlNodeKind.Mapping), new YamlFlowParser(this).Entries);
            case T.BlockSequenceStart when block:
                return Fill(Open(YamlNodeKind.Sequence), BlockItems);
            case T.BlockMappingStart when block:
                return Fill(Open(YamlNodeKind.Mapping), BlockEntries);
            default:
                return anchor is not null || tag is not null
                    ? Open(YamlNodeKind.Scalar, "", name is null)
                    : throw new YamlSyntaxException(token.Mark, $"a value is missing before {token.Name}");
        }

        YamlNode Open(YamlNodeKind kind, string text = "", bool plain = false)
        {
            var resolved = name is not null ? name : kind switch
            {
                YamlNodeKind.Sequence => YamlTags.Sequence,
                YamlNodeKind.Mapping => YamlTags.Map,
                _ => plain || tag is not null ? YamlScalars.ImplicitTag(text) : YamlTags.String,
            };
            var node = new YamlNode(kind, resolved, start) { Text = text };
            if (anchor is not null && !_anchors.TryAdd(anchor.Text, node))
                throw new YamlSyntaxException(anchor.Mark, $"the anchor &{anchor.Text} is taken: it stands at {_anchors[anchor.Text].Mark} too");
            return node;
        }
    }

    private static YamlNode Fill(YamlNode node, Action<YamlNode> fill)
    {
        fill(node);
        return node;
    }

    /// <summary>The full tag, or null where the kind and text of the value decide.</summary>
    private string? TagName(YamlToken? tag)
    {
        if (tag is null)
            return null;
        if (tag.Handle is null)
            return tag.Text == "!" ? null : tag.Text;
        var name = _handles.TryGetValue(tag.Handle, out var prefix)
            ? prefix + tag.Text
            : throw new YamlSyntaxException(tag.Mark, $"the tag handle {tag.Handle} is not declared; a value that begins with '!' needs quotes");
        return name == "!" ? null : name;
    }

    private static YamlNode Empty(YamlMark mark) => new(YamlNodeKind.Scalar, YamlTags.Null, mark);

    private void AlignedItems(YamlNode list)
    {
        for (var token = Current; Skip(T.Entry); token = Current)
            list.Items.Add(Current.Kind is T.Entry or T.Key or T.Value or T.BlockEnd ? Empty(token.Mark) : Node(block: true, itemsMayAlign: false));
    }

    private void BlockItems(YamlNode list)
    {
        _next++;
        for (var token = Current; Skip(T.Entry); token = Current)
            list.Items.Add(Current.Kind is T.Entry or T.BlockEnd ? Empty(token.Mark) : Node(block: true, itemsMayAlign: false));
        CloseBlock("the list", list.Mark);
    }

    private void BlockEntries(YamlNode map)
    {
        _next++;
        for (var token = Current; Skip(T.Key); token = Current)
        {
            var key = EntryPart(token.Mark);
            token = Current;
            map.Entries.Add((key, Skip(T.Value) ? EntryPart(token.Mark) : Empty(token.Mark)));
        }

        CloseBlock("the mapping", map.Mark);
    }

    private YamlNode EntryPart(YamlMark mark) =>
        Current.Kind is T.Key or T.Value or T.BlockEnd ? Empty(mark) : Node(block: true, itemsMayAlign: true);

    private void CloseBlock(string what, YamlMark begin)
    {
        if (!Skip(T.BlockEnd))
            throw new YamlSyntaxException(Current.Mark, $"{Current.Name} does not belong to {what} that begins at line {begin.Line}, column {begin.Column}; check the indentation");
    }

    /// <summary>What stands between brackets and braces.</summary>
    private sealed class YamlFlowParser(YamlParser parser)
    {
        public void Items(YamlNode list)
        {
            parser._next++;
            for (var first = true; !parser.Skip(T.FlowSequenceEnd); first = false)
            {
                if (!first && Comma("]", list.Mark) && parser.Skip(T.FlowSequenceEnd))
                    return;
                var token = parser.Current;
                if (token.Kind == T.Key)
                {
                    var pair = new YamlNode(YamlNodeKind.Mapping, YamlTags.Map, token.Mark);
                    Entry(pair, T.FlowSequenceEnd);
                    list.Items.Add(pair);
                }
                else
                    list.Items.Add(parser.Node(block: false, itemsMayAlign: false));
            }
        }

        public void Entries(YamlNode map)
        {
            parser._next++;
            for (var first = true; !parser.Skip(T.FlowMappingEnd); first = false)
            {
                if (!first && Comma("}", map.Mark) && parser.Skip(T.FlowMappingEnd))
                    return;
                if (parser.Current.Kind == T.Key)
                    Entry(map, T.FlowMappingEnd);
                else
                    map.Entries.Add((parser.Node(block: false, itemsMayAlign: false), Empty(parser.Current.Mark)));
            }
        }

        private void Entry(YamlNode map, YamlTokenKind end)
        {
            var token = parser.Current;
            parser._next++;
            var key = parser.Current.Kind is T.Value or T.FlowEntry || parser.Current.Kind == end
                ? Empty(token.Mark)
                : parser.Node(block: false, itemsMayAlign: false);
            token = parser.Current;
            var value = !parser.Skip(T.Value) || parser.Current.Kind == T.FlowEntry || parser.Current.Kind == end
                ? Empty(token.Mark)
                : parser.Node(block: false, itemsMayAlign: false);
            map.Entries.Add((key, value));
        }

        private bool Comma(string end, YamlMark begin) => parser.Skip(T.FlowEntry)
            ? true
            : throw new YamlSyntaxException(parser.Current.Mark, $"',' or '{end}' is missing in what begins at line {begin.Line}, column {begin.Column}");
    }
}
