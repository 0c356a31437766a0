using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>What Python's operators do with the values of a job.</summary>
internal static class PythonObject
{
    private const int MostComparisons = 10_000_000;

    public static bool IsTrue(object? value) => value switch
    {
        null or false or 0L or 0.0 or "" => false,
        YamlList list => list.Count > 0,
        YamlMap map => map.Count > 0,
        PythonTuple tuple => tuple.Items.Count > 0,
        PythonView view => view.Count > 0,
        _ => true,
    };

    public static bool AreEqual(object? left, object? right)
    {
        var most = MostComparisons;
        return AreEqual(left, right, ref most);
    }

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
        YamlList list => Live(list),
        PythonTuple tuple => tuple.Items,
        PythonView view => view.Items,
        YamlMap map => PythonView.KeysOf(map),
        YamlSet set => set.Members.Select(k => k is YamlNull ? null : k),
        string text => text.EnumerateRunes().Select(r => (object?)r.ToString()),
        _ => throw new ScriptException($"TypeError: '{PythonText.TypeName(target)}' object is not iterable"),
    };

    public static long Length(object? target) => target switch
    {
        YamlList list => list.Count,
        YamlMap map => map.Count,
        YamlSet set => set.Count,
        PythonTuple tuple => tuple.Items.Count,
        PythonView view => view.Count,
        string text => text.EnumerateRunes().LongCount(),
        _ => throw new ScriptException($"TypeError: object of type '{PythonText.TypeName(target)}' has no len()"),
    };

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
        PythonView view => throw new ScriptException($"TypeError: {view.TypeName} cannot be part of a job; make a py_list of it"),
        BaseConfig => throw new ScriptException("TypeError: the base configuration cannot be part of a job"),
        _ => value,
    };

    /// <summary>Sees what is added while it goes through the list, as in Python.</summary>
    private static IEnumerable<object?> Live(YamlList list)
    {
        for (var i = 0; i < list.Count; i++)
            yield return list[i];
    }

    private static bool AreEqual(object? left, object? right, ref int most)
    {
        YamlDepth.Check();
        if (--most < 0)
            throw new ScriptException("the values are too large to be compared");
        switch (left, right)
        {
            case var _ when ReferenceEquals(left, right):
                return true;
            case (null, _) or (_, null):
                return false;
            case (YamlList a, YamlList b):
                return AreEqual(a, b, ref most);
            case (PythonTuple a, PythonTuple b):
                return AreEqual(a.Items, b.Items, ref most);
            case (YamlMap a, YamlMap b):
                if (a.Count != b.Count)
                    return false;
                foreach (var (key, value) in a)
                    if (!b.TryGetValue(key, out var other) || !AreEqual(value, other, ref most))
                        return false;
                return true;
            default:
                return ((IEqualityComparer<object>)YamlKeyComparer.Instance).Equals(left, right);
        }
    }

    private static bool AreEqual(YamlList left, YamlList right, ref int most)
    {
        if (left.Count != right.Count)
            return false;
        for (var i = 0; i < left.Count; i++)
            if (!AreEqual(left[i], right[i], ref most))
                return false;
        return true;
    }

    private static int Position(YamlList list, object? key, string kind)
    {
        if (key is not (long or bool))
            throw new ScriptException($"TypeError: {kind} indices must be integers or slices, not {PythonText.TypeName(key)}");
        var index = Convert.ToInt64(key, System.Globalization.CultureInfo.InvariantCulture);
        index += index < 0 ? list.Count : 0;
        return index >= 0 && index < list.Count ? (int)index : throw new ScriptException($"IndexError: {kind} index out of range (it has {list.Count} items, from 0)");
    }
}
