using System.Diagnostics.CodeAnalysis;

namespace Teuthology.Yaml;

/// <summary>
/// A YAML mapping: keys keep their order and may be any scalar by PyYAML's rules (<see cref="YamlNull.Key"/> for null; 1, 1.0 and true are the same key); values are
/// <see langword="null"/>, <see cref="bool"/>, <see cref="long"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>,
/// <see cref="string"/>, <see cref="DateOnly"/>, <see cref="DateTimeOffset"/> or <see cref="DateTime"/> (no zone), <see cref="byte"/>[],
/// <see cref="YamlSet"/>, <see cref="YamlList"/> or <see cref="YamlMap"/>.
/// </summary>
public sealed class YamlMap : OrderedDictionary<object, object?>
{
    private Dictionary<object, YamlMark>? _marks;

    /// <summary>An empty mapping.</summary>
    public YamlMap()
        : base(YamlKeyComparer.Instance)
    {
    }

    /// <summary>A mapping with room for <paramref name="capacity"/> entries.</summary>
    /// <param name="capacity">Expected number of entries.</param>
    public YamlMap(int capacity)
        : base(capacity, YamlKeyComparer.Instance)
    {
    }

    /// <summary>Where the mapping begins, if it was read from a text.</summary>
    public YamlMark? Mark { get; set; }

    /// <summary>The value of <paramref name="key"/>, or null when it is absent or null.</summary>
    /// <param name="key">The key.</param>
    public object? Get(object key) => TryGetValue(key, out var value) ? value : null;

    /// <summary>True and the mapping under <paramref name="key"/> when there is one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="map">The mapping.</param>
    public bool TryGetMap(object key, [NotNullWhen(true)] out YamlMap? map) => (map = Get(key) as YamlMap) is not null;

    /// <summary>True and the list under <paramref name="key"/> when there is one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="list">The list.</param>
    public bool TryGetList(object key, [NotNullWhen(true)] out YamlList? list) => (list = Get(key) as YamlList) is not null;

    /// <summary>Where the entry of <paramref name="key"/> stands, else where the mapping begins.</summary>
    /// <param name="key">The key.</param>
    public YamlMark? MarkOf(object key) => _marks is not null && _marks.TryGetValue(key, out var mark) ? mark : Mark;

    /// <summary>Notes where the entry of <paramref name="key"/> stands.</summary>
    /// <param name="key">The key.</param>
    /// <param name="mark">Its place; null forgets it.</param>
    public void SetMark(object key, YamlMark? mark)
    {
        if (mark is not null)
            (_marks ??= new Dictionary<object, YamlMark>(YamlKeyComparer.Instance))[key] = mark;
        else
            _marks?.Remove(key);
    }
}
