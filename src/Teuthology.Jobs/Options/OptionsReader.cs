using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Makes a record of a task's configuration and notes everything that is wrong with it, each with its place and its key's path.</summary>
/// <param name="task">The task, for error texts.</param>
internal sealed class OptionsReader(string task)
{
    private static readonly Type[] Lists = [typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>), typeof(IList<>), typeof(ICollection<>), typeof(List<>)];
    private static readonly Type[] Dictionaries = [typeof(IReadOnlyDictionary<,>), typeof(IDictionary<,>), typeof(Dictionary<,>)];
    private readonly List<ConfigurationException> _problems = [];

    /// <summary>What is wrong, from the top of the file down.</summary>
    public IReadOnlyList<ConfigurationException> Problems => [.. _problems.OrderBy(p => p.Mark?.Line).ThenBy(p => p.Mark?.Column)];

    /// <summary>The configuration as <paramref name="type"/>; only to be used when there are no problems.</summary>
    public object? Read(Type type, object? config, YamlMark? mark) => Record(type, config, mark, "");

    private object? Record(Type type, object? value, YamlMark? mark, string path)
    {
        if (value is not (null or YamlMap))
            return Wrong(mark, $"{Subject(path)} must be a mapping, not {YamlKind.Of(value)}");

        var map = (YamlMap?)value ?? [];
        var (constructor, members) = OptionsMember.Of(type);
        var given = Given(map, members, path);
        var before = _problems.Count;
        var values = new Dictionary<OptionsMember, object?>();
        foreach (var member in members)
        {
            var at = Below(path, member.Key);
            if (given.TryGetValue(member, out var key) && map.Get(key) is { } content)
                values[member] = Value(member.Type, content, map.MarkOf(key) ?? mark, Below(path, key));
            else if (member.IsRequired)
                Wrong(map.Mark ?? mark, $"'{at}' is missing; it must be {Wanted(member.Type)}");
        }

        var record = _problems.Count == before ? Make(constructor, members, values) : null;
        foreach (var (member, content) in values)
            Check(member, content, record ?? map, map.MarkOf(given[member]) ?? mark, Below(path, given[member]));
        if (_problems.Count == before && record is IValidatableObject own)
            Check(own, map, given, mark, path);
        return record;
    }

    private Dictionary<OptionsMember, string> Given(YamlMap map, IReadOnlyList<OptionsMember> members, string path)
    {
        var given = new Dictionary<OptionsMember, string>();
        foreach (var key in map.Keys)
        {
            var name = Convert.ToString(key, CultureInfo.InvariantCulture)!;
            if (members.FirstOrDefault(m => m.IsNamed(name)) is not { } member)
                Wrong(map.MarkOf(key), $"unknown key '{Below(path, name)}'{NearMiss.Hint(OptionsMember.Spell(name), [.. members.Select(m => m.Key)])}");
            else if (!given.TryAdd(member, name))
                Wrong(map.MarkOf(key), $"'{Below(path, name)}' is given twice, as '{given[member]}' too");
        }

        return given;
    }

    private object? Value(Type type, object value, YamlMark? mark, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsInstanceOfType(value) && (type == typeof(object) || type == typeof(YamlMap) || type == typeof(YamlList)))
            return value;
        if (OptionsScalars.Knows(type))
            return OptionsScalars.TryConvert(type, value) ?? Wrong(mark, $"'{path}' must be {OptionsScalars.Wanted(type)}, not {YamlKind.Of(value)}{NearName(type, value)}");
        if (ItemOf(type) is { } item)
            return value is YamlList list ? Items(type, item, list, mark, path) : Wrong(mark, $"'{path}' must be a list, not {YamlKind.Of(value)}");
        if (EntryOf(type) is { } entry)
            return value is YamlMap map ? Entries(entry, map, mark, path) : Wrong(mark, $"'{path}' must be a mapping, not {YamlKind.Of(value)}");
        if (type.IsPrimitive || type.IsAbstract || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
            throw new InvalidOperationException($"task '{task}': the key '{path}' is of type {type}, which YAML cannot give");
        return Record(type, value, mark, path);
    }

    private IList Items(Type type, Type item, YamlList list, YamlMark? mark, string path)
    {
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        var before = _problems.Count;
        for (var i = 0; i < list.Count; i++)
        {
            var at = $"{path}[{i}]";
            var read = list[i] is { } content ? Value(item, content, list.MarkOf(i) ?? mark, at) : Wrong(list.MarkOf(i) ?? mark, $"'{at}' is empty; it must be {Wanted(item)}");
            if (_problems.Count == before)
                items.Add(read);
        }

        if (!type.IsArray)
            return items;
        var array = Array.CreateInstance(item, items.Count);
        items.CopyTo(array, 0);
        return array;
    }

    private IDictionary Entries(Type entry, YamlMap map, YamlMark? mark, string path)
    {
        var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), entry))!;
        var before = _problems.Count;
        foreach (var (key, content) in map)
        {
            var name = Convert.ToString(key, CultureInfo.InvariantCulture)!;
            var at = Below(path, name);
            var place = map.MarkOf(key) ?? mark;
            var read = content is not null ? Value(entry, content, place, at) : Nothing(entry, place, at);
            if (_problems.Count == before)
                entries[name] = read;
        }

        return entries;
    }

    // `client.0:` alone is an entry with every option at its default.
    private object? Nothing(Type type, YamlMark? mark, string path) => OptionsScalars.Knows(Nullable.GetUnderlyingType(type) ?? type) || ItemOf(type) is not null
        ? Wrong(mark, $"'{path}' is empty; it must be {Wanted(type)}")
        : Value(type, new YamlMap { Mark = mark }, mark, path);

    private static object Make(ConstructorInfo constructor, IReadOnlyList<OptionsMember> members, Dictionary<OptionsMember, object?> values)
    {
        var arguments = constructor.GetParameters().Select(p => values.FirstOrDefault(v => v.Key.Parameter == p) is { Key: not null } found ? found.Value : p.DefaultValue).ToArray();
        var record = constructor.Invoke(arguments);
        foreach (var member in members.Where(m => m.Parameter is null && values.ContainsKey(m)))
            member.Property!.SetValue(record, values[member]);
        return record;
    }

    private void Check(OptionsMember member, object? content, object record, YamlMark? mark, string path)
    {
        foreach (var rule in member.Rules)
        {
            var context = new ValidationContext(record) { MemberName = member.Property?.Name, DisplayName = path };
            if (rule.GetValidationResult(content, context) is not { } broken)
                continue;
            Wrong(mark, rule is RangeAttribute { ErrorMessage: null } range
                ? $"'{path}' must be between {range.Minimum} and {range.Maximum}, not {content}"
                : $"'{path}': {broken.ErrorMessage}");
        }
    }

    private void Check(IValidatableObject own, YamlMap map, Dictionary<OptionsMember, string> given, YamlMark? mark, string path)
    {
        foreach (var broken in own.Validate(new ValidationContext(own)))
        {
            var key = given.FirstOrDefault(g => broken.MemberNames.Contains(g.Key.Property?.Name)).Value;
            Wrong((key is null ? null : map.MarkOf(key)) ?? map.Mark ?? mark, $"{(key is null ? Subject(path) : $"'{Below(path, key)}'")}: {broken.ErrorMessage}");
        }
    }

    private object? Wrong(YamlMark? mark, string message)
    {
        _problems.Add(new ConfigurationException($"task '{task}': {message}", mark));
        return null;
    }

    private static string Subject(string path) => path.Length == 0 ? "its configuration" : $"'{path}'";

    private static string Below(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string NearName(Type type, object value) =>
        type.IsEnum && value is string name && NearMiss.Of(name, Enum.GetNames(type).Select(OptionsMember.Spell)) is { } near ? $"; did you mean '{near}'?" : "";

    private static string Wanted(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return OptionsScalars.Knows(type) ? OptionsScalars.Wanted(type) : ItemOf(type) is not null ? "a list" : "a mapping";
    }

    private static Type? ItemOf(Type type) => type.IsArray ? type.GetElementType() : OnlyOf(type, Lists, 0);

    private static Type? EntryOf(Type type) => OnlyOf(type, Dictionaries, 1) is { } entry && type.GetGenericArguments()[0] == typeof(string) ? entry : null;

    private static Type? OnlyOf(Type type, Type[] kinds, int argument) =>
        type.IsGenericType && kinds.Contains(type.GetGenericTypeDefinition()) ? type.GetGenericArguments()[argument] : null;
}
