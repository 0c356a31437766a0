using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// Makes layers of fragments, once for each. A fragment that needs more than laying one over the other has none: one with scripts, with a mistake,
/// with keys that are not texts. The full merge does those, and says what is wrong.
/// </summary>
/// <param name="fragments">Reads files.</param>
/// <param name="suiteDirectory">Directory that fragments' paths start from.</param>
/// <param name="format">How jobs will be written.</param>
internal sealed class LayerReader(FragmentCache fragments, string suiteDirectory, ILayerFormat format)
{
    /// <summary>Longer keys are written in another style.</summary>
    private const int LongestKey = 100;

    /// <summary>Mappings and lists of a fragment with each alias as a copy, and their nesting; the full merge shares them, or says where there are too many.</summary>
    private const int MostAliased = 10_000, DeepestAlias = 250;

    private readonly Dictionary<string, LayerKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayerValue?> _layers = new(StringComparer.Ordinal);
    private readonly LayerValue _nothing = new() { Kind = LayerKind.Null };

    /// <summary>The layers of a selection's fragments, null when one of them has none.</summary>
    public LayerValue[]? Read(Selection selection)
    {
        if (selection.Layers is { } known && known.Reader == this)
            return known.Maps;
        List<LayerValue>? maps = [];
        foreach (var path in selection.Fragments)
        {
            if (Read(path) is not { } layer)
            {
                maps = null;
                break;
            }

            if (layer is { Kind: LayerKind.Map, IsEmpty: false })
                maps.Add(layer);
        }

        selection.Layers = new SelectionLayers(this, maps?.ToArray());
        return selection.Layers.Maps;
    }

    /// <summary>The layer of what every job begins with.</summary>
    public LayerValue Read(YamlMap map) => Map(map, [], [], 0, hasAliases: false);

    private LayerValue? Read(string path)
    {
        if (!_layers.TryGetValue(path, out var layer))
            _layers[path] = layer = Load(path.Length == 0 ? suiteDirectory : Path.Combine(suiteDirectory, path));
        return layer;
    }

    private LayerValue? Load(string path)
    {
        YamlMap? map;
        try
        {
            map = fragments.Read(path);
        }
        catch (ConfigurationException)
        {
            return null;
        }

        if (map is null)
            return _nothing;
        var left = MostAliased;
        var hasAliases = HasAliases(map, new HashSet<object>(ReferenceEqualityComparer.Instance));
        if (map.ContainsKey("teuthology") || (hasAliases && (!format.IgnoresAliases || !EndsSoon(map, 0, ref left))) || !IsPlain(map))
            return null;
        return Map(map, [], [], 0, hasAliases);
    }

    private static bool HasAliases(object? value, HashSet<object> seen)
    {
        if (value is YamlMap or YamlList or YamlSet or DateOnly or DateTime or DateTimeOffset && !seen.Add(value))
            return true;
        if (value is YamlMap map)
        {
            foreach (var (key, item) in map)
                if (HasAliases(key, seen) || HasAliases(item, seen))
                    return true;
        }
        else if (value is YamlList list)
        {
            foreach (var item in list)
                if (HasAliases(item, seen))
                    return true;
        }

        return false;
    }

    /// <summary>False when aliases multiply beyond measure or a value contains itself.</summary>
    private static bool EndsSoon(object? value, int depth, ref int left)
    {
        if (value is not (YamlMap or YamlList))
            return true;
        if (depth == DeepestAlias || --left < 0)
            return false;
        foreach (var item in value is YamlMap map ? map.Values : (IEnumerable<object?>)value)
            if (!EndsSoon(item, depth + 1, ref left))
                return false;
        return true;
    }

    /// <summary>True when all keys and values outside lists are of the kinds that merge without more ado.</summary>
    private static bool IsPlain(YamlMap map)
    {
        foreach (var (key, value) in map)
            if (key is not string { Length: > 0 and < LongestKey } text
                || text.AsSpan().ContainsAnyExceptInRange(' ', '~')
                || value is DateOnly or DateTime or DateTimeOffset
                || (value is YamlMap inner && !IsPlain(inner)))
                return false;
        return true;
    }

    /// <param name="map">The mapping.</param>
    /// <param name="head">What stands before its entries.</param>
    /// <param name="whole">How it is written when it is empty.</param>
    /// <param name="depth">How many mappings are around its entries.</param>
    /// <param name="hasAliases">Whether its fragment has aliases.</param>
    private LayerValue Map(YamlMap map, byte[] head, byte[] whole, int depth, bool hasAliases)
    {
        var keys = new LayerKey[map.Count];
        var values = new LayerValue[map.Count];
        var count = 0;
        foreach (var (key, value) in map)
        {
            keys[count] = KeyOf((string)key);
            values[count++] = Value((string)key, value, depth, hasAliases);
        }

        Array.Sort(keys, values, LayerKey.Order);
        return new LayerValue
        {
            Kind = LayerKind.Map,
            HasAliases = hasAliases,
            IsEmpty = count == 0,
            Head = head,
            Entry = count == 0 ? whole : Joined(head, values),
            Keys = keys,
            Values = values,
        };
    }

    private LayerValue Value(string key, object? value, int depth, bool hasAliases)
    {
        if (value is YamlMap map)
            return Map(map, format.Head(key, isList: false, depth), map.Count > 0 ? [] : format.Entry(key, map, depth), depth + 1, hasAliases);
        var entry = format.Entry(key, value, depth);
        if (value is not YamlList list)
            return new LayerValue { Kind = value is null ? LayerKind.Null : LayerKind.Scalar, Entry = entry };
        var head = format.Head(key, isList: true, depth);
        return new LayerValue
        {
            Kind = LayerKind.List,
            HasAliases = hasAliases,
            IsEmpty = list.Count == 0,
            Entry = entry,
            Head = head,
            Items = list.Count == 0 ? [] : entry[head.Length..^format.ListTail.Length],
        };
    }

    private byte[] Joined(byte[] head, LayerValue[] values)
    {
        using var joined = new MemoryStream();
        joined.Write(head);
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
                joined.Write(format.Separator);
            joined.Write(values[i].Entry);
        }

        joined.Write(format.MapTail);
        return joined.ToArray();
    }

    private LayerKey KeyOf(string text)
    {
        if (!_keys.TryGetValue(text, out var key))
            _keys[text] = key = new LayerKey(text);
        return key;
    }
}
