namespace Teuthology.Yaml;

/// <summary>Copies values.</summary>
public static class YamlCopy
{
    /// <summary>A copy that shares no mapping, list or set with <paramref name="value"/>; what occurred twice in it (an alias) is one object in the copy too. Marks are kept.</summary>
    /// <param name="value">The value.</param>
    public static object? DeepCopy(object? value) => value is YamlMap or YamlList or YamlSet
        ? Copy(value, new Dictionary<object, object>(ReferenceEqualityComparer.Instance))
        : value;

    private static object? Copy(object? value, Dictionary<object, object> done)
    {
        if (value is not (YamlMap or YamlList or YamlSet))
            return value;
        if (done.TryGetValue(value, out var copy))
            return copy;
        YamlDepth.Check();
        switch (value)
        {
            case YamlMap map:
                var entries = new YamlMap(map.Count) { Mark = map.Mark };
                done[value] = entries;
                foreach (var (key, item) in map)
                {
                    entries[key] = Copy(item, done);
                    entries.SetMark(key, map.MarkOf(key));
                }

                return entries;
            case YamlList list:
                var items = new YamlList { Mark = list.Mark, Capacity = list.Count };
                done[value] = items;
                for (var i = 0; i < list.Count; i++)
                {
                    items.Add(Copy(list[i], done));
                    items.SetMark(i, list.MarkOf(i));
                }

                return items;
            default:
                var members = new YamlSet();
                done[value] = members;
                foreach (var member in ((YamlSet)value).Members)
                    members.Add(member);
                return members;
        }
    }
}
