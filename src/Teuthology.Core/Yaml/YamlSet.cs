namespace Teuthology.Yaml;

/// <summary>A YAML <c>!!set</c>: different scalars, in the order in which they were read.</summary>
public sealed class YamlSet
{
    private readonly YamlMap _members = [];

    /// <summary>The members.</summary>
    public IEnumerable<object> Members => _members.Keys;

    /// <summary>How many members there are.</summary>
    public int Count => _members.Count;

    /// <summary>Adds <paramref name="member"/>; false when it is there already.</summary>
    /// <param name="member">A scalar; <see cref="YamlNull.Key"/> for null.</param>
    public bool Add(object member) => _members.TryAdd(member, null);

    /// <summary>True when <paramref name="member"/> is in the set.</summary>
    /// <param name="member">A scalar; <see cref="YamlNull.Key"/> for null.</param>
    public bool Contains(object member) => _members.ContainsKey(member);
}
