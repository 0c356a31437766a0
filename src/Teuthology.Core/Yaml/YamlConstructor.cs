using System.Text;

namespace Teuthology.Yaml;

/// <summary>Makes values out of the tree of a document.</summary>
internal sealed class YamlConstructor
{
    private readonly Dictionary<YamlNode, object?> _done = [];

    public object? Construct(YamlNode node)
    {
        if (_done.TryGetValue(node, out var value))
            return value;
        switch (node.Tag)
        {
            case YamlTags.Sequence:
                return List(Expect(node, YamlNodeKind.Sequence));
            case YamlTags.Map:
                return Map(Expect(node, YamlNodeKind.Mapping));
            case YamlTags.Set:
                return Set(Expect(node, YamlNodeKind.Mapping));
            case YamlTags.OrderedMap or YamlTags.Pairs:
                return Pairs(Expect(node, YamlNodeKind.Sequence));
            default:
                value = Scalar(node);
                _done[node] = value;
                return value;
        }
    }

    private static YamlNode Expect(YamlNode node, YamlNodeKind kind) => node.Kind == kind
        ? node
        : throw new YamlSyntaxException(node.Mark, $"the tag {node.Tag} does not fit {node.Name}");

    private YamlList List(YamlNode node)
    {
        var list = new YamlList { Mark = node.Mark };
        _done[node] = list;
        foreach (var item in node.Items)
        {
            list.SetMark(list.Count, item.Mark);
            list.Add(Construct(item));
        }

        return list;
    }

    private YamlMap Map(YamlNode node)
    {
        Flatten(node);
        var map = new YamlMap(node.Entries.Count) { Mark = node.Mark };
        _done[node] = map;
        foreach (var (keyNode, valueNode) in node.Entries)
        {
            var key = Key(keyNode);
            map[key] = Construct(valueNode);
            map.SetMark(key, keyNode.Mark);
        }

        return map;
    }

    private YamlSet Set(YamlNode node)
    {
        Flatten(node);
        var set = new YamlSet();
        _done[node] = set;
        foreach (var (key, value) in node.Entries)
        {
            set.Add(Key(key));
            Construct(value);
        }

        return set;
    }

    private YamlList Pairs(YamlNode node)
    {
        var list = new YamlList { Mark = node.Mark };
        _done[node] = list;
        foreach (var item in node.Items)
        {
            if (item.Kind != YamlNodeKind.Mapping || item.Entries.Count != 1)
                throw new YamlSyntaxException(item.Mark, $"each item of {node.Tag} is a mapping with one key");
            list.Add(new YamlList([Construct(item.Entries[0].Key), Construct(item.Entries[0].Value)]) { Mark = item.Mark });
        }

        return list;
    }

    private object Key(YamlNode node)
    {
        var key = Construct(node) ?? YamlNull.Key;
        return key is YamlMap or YamlList or YamlSet
            ? throw new YamlSyntaxException(node.Mark, $"{node.Name} cannot be the key of a mapping; is '{{{{...}}}}' or '[...]' a text that needs quotes?")
            : key;
    }

    /// <summary>
    /// Puts the entries of <c>&lt;&lt;</c> in front, so that the mapping's own entries win. Each <c>&lt;&lt;</c> is taken out of its mapping before what
    /// it names is looked at: a mapping may name itself or one that names it, and has then just what is left.
    /// </summary>
    private void Flatten(YamlNode node)
    {
        var merged = new List<(YamlNode Key, YamlNode Value)>();
        for (var at = 0; at < node.Entries.Count;)
        {
            var (key, value) = node.Entries[at];
            if (key.Tag == YamlTags.Merge)
            {
                node.Entries.RemoveAt(at);
                AddMerged(merged, value);
                continue;
            }

            if (key.Tag == YamlTags.Value)
                key.Tag = YamlTags.String;
            at++;
        }

        if (merged.Count > 0)
            node.Entries = [.. Distinct(merged), .. node.Entries];
    }

    private void AddMerged(List<(YamlNode Key, YamlNode Value)> merged, YamlNode source)
    {
        var sources = source.Kind == YamlNodeKind.Sequence ? source.Items : [source];
        foreach (var map in sources)
        {
            if (map.Kind != YamlNodeKind.Mapping)
                throw new YamlSyntaxException(map.Mark, $"'<<' merges a mapping or a list of mappings, not {map.Name}");
            Flatten(map);
        }

        // The first of a list wins, hence comes last.
        foreach (var map in sources.AsEnumerable().Reverse())
            merged.AddRange(map.Entries);
    }

    /// <summary>The first and the last of equal entries decide place and value: what aliases multiply in between is left out.</summary>
    private static List<(YamlNode Key, YamlNode Value)> Distinct(List<(YamlNode Key, YamlNode Value)> entries)
    {
        var last = new Dictionary<(YamlNode Key, YamlNode Value), int>(entries.Count);
        for (var at = 0; at < entries.Count; at++)
            last[entries[at]] = at;
        if (last.Count == entries.Count)
            return entries;
        var seen = new HashSet<(YamlNode Key, YamlNode Value)>();
        return [.. entries.Where((entry, at) => seen.Add(entry) || last[entry] == at)];
    }

    private static object? Scalar(YamlNode node)
    {
        var text = Text(node);
        return node.Tag switch
        {
            YamlTags.Null => null,
            YamlTags.String => text,
            YamlTags.Bool => YamlScalars.ToBool(text) ?? throw Bad("true or false"),
            YamlTags.Int => YamlScalars.ToInteger(text) ?? throw Bad("an integer (of at most 4300 decimal digits)"),
            YamlTags.Float => YamlScalars.ToFloat(text) ?? throw Bad("a number"),
            YamlTags.Timestamp => YamlScalars.ToTimestamp(text) ?? throw Bad("a date or time that exists; put it into quotes if it is a text"),
            YamlTags.Binary => Binary(text) ?? throw Bad("base64"),
            _ => throw new YamlSyntaxException(node.Mark, node.Tag is YamlTags.Merge or YamlTags.Value
                ? $"'{ShownText.Of(text)}' has a meaning only as a key; put it into quotes"
                : $"the tag {node.Tag} is unknown; a value that begins with '!' needs quotes"),
        };

        YamlSyntaxException Bad(string what) => new(node.Mark, $"'{ShownText.Of(text)}' is not {what}");
    }

    private static string Text(YamlNode node)
    {
        for (; node.Kind == YamlNodeKind.Mapping; node = node.Entries.First(e => e.Key.Tag == YamlTags.Value).Value)
            if (node.Entries.All(e => e.Key.Tag != YamlTags.Value))
                break;
        return Expect(node, YamlNodeKind.Scalar).Text;
    }

    /// <summary>Base64 as Python decodes it: other characters are passed over, the data end at the padding.</summary>
    private static byte[]? Binary(string text)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var digits = new StringBuilder();
        var padding = 0;
        if (text.Any(c => c > '\x7f'))
            return null;
        foreach (var c in text)
        {
            if (c == '=' && digits.Length % 4 >= 2 && (digits.Length % 4) + ++padding >= 4)
                return Convert.FromBase64String(digits.Append('=', padding).ToString());
            if (c == '=' || !alphabet.Contains(c))
                continue;
            padding = 0;
            digits.Append(c);
        }

        return digits.Length % 4 == 0 ? Convert.FromBase64String(digits.ToString()) : null;
    }
}
