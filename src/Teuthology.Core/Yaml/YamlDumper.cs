namespace Teuthology.Yaml;

/// <summary>
/// Writes YAML as PyYAML's <c>safe_dump(value, default_flow_style=False)</c> does, byte for byte: keys sorted (left as they are where Python
/// cannot compare them), block style, width 80, non-ASCII escaped, <c>&amp;id001</c> where one object occurs twice.
/// </summary>
public static class YamlDumper
{
    /// <summary>The document, ending in a line break.</summary>
    /// <param name="value">Any value that <see cref="YamlLoader"/> gives.</param>
    public static string Dump(object? value)
    {
        var anchors = YamlAnchors.Find(value);
        var output = new YamlOutput();
        new Writer(output, anchors).Document(value);
        return output.ToString();
    }

    /// <summary>The members of a mapping in the order in which they are written.</summary>
    /// <param name="map">The mapping.</param>
    internal static IEnumerable<KeyValuePair<object, object?>> Ordered(YamlMap map)
    {
        if (map.Count < 2)
            return map;
        var isText = true;
        foreach (var key in map.Keys)
            isText &= key is string;
        if (isText)
            return OrderedByText(map);
        return map.Keys.Select(PythonOrder.Family).Distinct().Count() == 1 ? map.OrderBy(e => e.Key, PythonOrder.Instance) : map;
    }

    private static IEnumerable<KeyValuePair<object, object?>> OrderedByText(YamlMap map)
    {
        var keys = new object[map.Count];
        var values = new object?[map.Count];
        map.Keys.CopyTo(keys, 0);
        map.Values.CopyTo(values, 0);
        Array.Sort(keys, values, PythonOrder.Instance);
        for (var i = 0; i < keys.Length; i++)
            yield return new KeyValuePair<object, object?>(keys[i], values[i]);
    }

    internal static YamlMap AsMap(YamlSet set)
    {
        var map = new YamlMap(set.Count);
        foreach (var member in set.Members)
            map[member] = null;
        return map;
    }

    private sealed class Writer(YamlOutput output, YamlAnchors anchors)
    {
        private const int LongestSimpleKey = 128;

        public void Document(object? root)
        {
            Node(root, inMapping: false, isKey: false);
            output.Indent();
            if (root is YamlMap or YamlList or YamlSet || !YamlScalarText.Of(root).IsPlain(isKey: false))
                return;
            // A plain scalar alone could go on in what follows: PyYAML ends it.
            output.Indicator("...", true);
            output.Indent();
        }

        private void Node(object? value, bool inMapping, bool isKey)
        {
            YamlDepth.Check();
            if (anchors.Use(value, out var name, out var isFirst))
            {
                output.Indicator(isFirst ? $"&{name}" : $"*{name}", true);
                if (!isFirst)
                    return;
            }

            switch (value)
            {
                case YamlList { Count: 0 } or YamlMap { Count: 0 }:
                    output.Indicator(value is YamlList ? "[" : "{", true, whitespace: true);
                    output.Indicator(value is YamlList ? "]" : "}", false);
                    break;
                case YamlList list:
                    Items(list, inMapping);
                    break;
                case YamlMap map:
                    Entries(map);
                    break;
                case YamlSet set:
                    output.Indicator("!!set", true);
                    if (set.Count == 0)
                        Node(new YamlMap(), inMapping, isKey);
                    else
                        Entries(AsMap(set));
                    break;
                default:
                    Scalar(YamlScalarText.Of(value), isKey);
                    break;
            }
        }

        private void Items(YamlList list, bool inMapping)
        {
            var outer = output.Deepen(alignItems: inMapping && !output.AtIndention);
            foreach (var item in list)
            {
                output.Indent();
                output.Indicator("-", true, indention: true);
                Node(item, inMapping: false, isKey: false);
            }

            output.CurrentIndent = outer;
        }

        private void Entries(YamlMap map)
        {
            var outer = output.Deepen();
            foreach (var (key, value) in Ordered(map))
            {
                var bare = key is YamlNull ? null : key;
                output.Indent();
                var simple = IsSimple(bare);
                if (!simple)
                    output.Indicator("?", true, indention: true);
                Node(bare, inMapping: true, isKey: simple);
                if (!simple)
                    output.Indent();
                output.Indicator(":", !simple, indention: !simple);
                Node(value, inMapping: true, isKey: false);
            }

            output.CurrentIndent = outer;
        }

        private bool IsSimple(object? key)
        {
            var text = YamlScalarText.Of(key);
            var length = text.Length + text.Tag.Length + anchors.LengthOf(key);
            return text.Length > 0 && !text.IsMultiline && length < LongestSimpleKey;
        }

        private void Scalar(YamlScalarText text, bool isKey)
        {
            var outer = output.Deepen(scalar: true);
            if (text.Tag == "!!binary")
                output.Indicator(text.Tag, true);
            if (text.Tag == "!!binary" && text.Length > 0)
                YamlTextWriter.Literal(output, text.Text);
            else if (text.Tag != "!!binary" && text.IsPlain(isKey))
                YamlTextWriter.Plain(output, text.Text, split: !isKey);
            else if (text.Tag != "!!binary" && text.MaySingleQuote(isKey))
                YamlTextWriter.SingleQuoted(output, text.Text, split: !isKey);
            else
                YamlTextWriter.DoubleQuoted(output, text.Text, split: !isKey);
            output.CurrentIndent = outer;
        }
    }
}
