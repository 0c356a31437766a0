using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Teuthology.Yaml;

/// <summary>The objects that occur more than once in a value, named in the order in which their second occurrence is met.</summary>
internal sealed class YamlAnchors
{
    private readonly Dictionary<object, string?> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _written = [];
    private int _count;

    private YamlAnchors()
    {
    }

    public static YamlAnchors Find(object? value)
    {
        var anchors = new YamlAnchors();
        anchors.Walk(value);
        return anchors;
    }

    /// <summary>True when <paramref name="value"/> has a name; the first use of it defines, later ones refer.</summary>
    public bool Use(object? value, [NotNullWhen(true)] out string? name, out bool isFirst)
    {
        isFirst = false;
        name = null;
        if (!CanRepeat(value) || !_names.TryGetValue(value, out name) || name is null)
            return false;
        isFirst = _written.Add(name);
        return true;
    }

    public int LengthOf(object? value) => CanRepeat(value) && _names.TryGetValue(value, out var name) ? name?.Length ?? 0 : 0;

    private static bool CanRepeat([NotNullWhen(true)] object? value) => value is YamlMap or YamlList or YamlSet or DateOnly or DateTime or DateTimeOffset;

    private void Walk(object? value)
    {
        if (!CanRepeat(value))
            return;
        if (!_names.TryAdd(value, null))
        {
            _names[value] ??= $"id{(++_count).ToString("000", CultureInfo.InvariantCulture)}";
            return;
        }

        YamlDepth.Check();
        if (value is YamlList list)
        {
            foreach (var item in list)
                Walk(item);
            return;
        }

        var map = value as YamlMap ?? (value is YamlSet set ? YamlDumper.AsMap(set) : null);
        if (map is null)
            return;
        foreach (var (key, item) in YamlDumper.Ordered(map))
        {
            Walk(key);
            Walk(item);
        }
    }
}
