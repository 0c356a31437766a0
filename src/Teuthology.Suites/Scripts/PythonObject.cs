using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>What Python's operators do with the values of a job.</summary>
internal static class PythonObject
{
    public static bool IsTrue(object? value) => value switch
    {
        null or false or 0L or 0.0 or "" => false,
        YamlList list => list.Count > 0,
        YamlMap map => map.Count > 0,
        PythonTuple tuple => tuple.Items.Count > 0,
        _ => true,
    };

    public static bool AreEqual(object? left, object? right) => ReferenceEquals(left, right) || (left, right) switch
    {
        (null, _) or (_, null) => false,
        (YamlList a, YamlList b) => a.Count == b.Count && a.Zip(b).All(p => AreEqual(p.First, p.Second)),
        (PythonTuple a, PythonTuple b) => AreEqual(a.Items, b.Items),
        (YamlMap a, YamlMap b) => a.Count == b.Count && a.All(e => b.TryGetValue(e.Key, out var other) && AreEqual(e.Value, other)),
        _ => ((IEqualityComparer<object>)YamlKeyComparer.Instance).Equals(left, right),
    };

    public static object? Index(object? target, object? key)
    {
        switch (target)
        {
            case YamlMap map:
                return map.TryGetValue(Key(key), out var value) ? value : throw new ScriptException($"KeyError: {PythonText.Repr(key)} is not in the mapping; its keys are {string.Join(", ", map.Keys.Select(PythonText.Repr).Take(20))}");
            case YamlList list:
                return list[Position(list, key, "list")];
            case PythonTuple tuple:
                return tuple.Items[Position(tuple.Items, key, "tuple")];
            case BaseConfig configuration:
                return key is null ? null : configuration.Values.Get(key);
            default:
                throw new ScriptException($"TypeError: '{PythonText.TypeName(target)}' object is not subscriptable");
        }
    }

    public static void Assign(object? target, object? key, object? value)
    {
        if (target is YamlMap map)
            map[Key(key)] = Stored(value);
        else if (target is YamlList list)
            list[Position(list, key, "list")] = Stored(value);
        else
            throw new ScriptException($"TypeError: '{PythonText.TypeName(target)}' object does not support item assignment");
    }

    public static void Remove(object? target, object? key)
    {
        if (target is YamlMap map)
        {
            Index(map, key);
            map.Remove(Key(key));
        }
        else if (target is YamlList list)
            list.RemoveAt(Position(list, key, "list"));
        else
            throw new ScriptException($"TypeError: '{PythonText.TypeName(target)}' object doesn't support item deletion");
    }

    public static IEnumerable<object?> Items(object? target) => target switch
    {
        YamlList list => list,
        PythonTuple tuple => tuple.Items,
        YamlMap map => map.Keys.Select(k => k is YamlNull ? null : k),
        YamlSet set => set.Members.Select(k => k is YamlNull ? null : k),
        string text => text.EnumerateRunes().Select(r => (object?)r.ToString()),
        _ => throw new ScriptException($"TypeError: '{PythonText.TypeName(target)}' object is not iterable"),
    };

    public static long Length(object? target) => target is YamlList or PythonTuple or YamlMap or YamlSet or string
        ? Items(target).LongCount()
        : throw new ScriptException($"TypeError: object of type '{PythonText.TypeName(target)}' has no len()");

    /// <summary>A dictionary of another one or of pairs.</summary>
    public static YamlMap Dictionary(object? source)
    {
        var result = new YamlMap();
        if (source is YamlMap map)
        {
            foreach (var (key, value) in map)
                result[key] = value;
            return result;
        }

        var position = 0;
        foreach (var item in Items(source))
        {
            var pair = item switch
            {
                YamlList list => list,
                PythonTuple tuple => tuple.Items,
                _ => throw new ScriptException($"TypeError: cannot convert dictionary update sequence element #{position} to a sequence"),
            };
            if (pair.Count != 2)
                throw new ScriptException($"ValueError: dictionary update sequence element #{position} has length {pair.Count}; 2 is required");
            result[Key(pair[0])] = Stored(pair[1]);
            position++;
        }

        return result;
    }

    public static object Key(object? key) => key switch
    {
        null => YamlNull.Key,
        YamlList or YamlMap or YamlSet => throw new ScriptException($"TypeError: unhashable type: '{PythonText.TypeName(key)}'"),
        PythonTuple => throw new ScriptException("TypeError: a tuple cannot be a key here"),
        _ => key,
    };

    /// <summary>The value as it stands in a job.</summary>
    public static object? Stored(object? value) => value switch
    {
        PythonTuple tuple => tuple.Items,
        PythonName name => name == PythonName.None ? null : throw new ScriptException($"TypeError: {name.Text} cannot be part of a job"),
        BaseConfig => throw new ScriptException("TypeError: the base configuration cannot be part of a job"),
        _ => value,
    };

    private static int Position(YamlList list, object? key, string kind)
    {
        if (key is not (long or bool))
            throw new ScriptException($"TypeError: {kind} indices must be integers or slices, not {PythonText.TypeName(key)}");
        var index = Convert.ToInt64(key, System.Globalization.CultureInfo.InvariantCulture);
        index += index < 0 ? list.Count : 0;
        return index >= 0 && index < list.Count ? (int)index : throw new ScriptException($"IndexError: {kind} index out of range (it has {list.Count} items, from 0)");
    }
}
