using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The methods of Python's dictionaries, lists and tuples that scripts may call by <c>py_attrgetter</c>.</summary>
internal static class PythonMethods
{
    private static readonly HashSet<string> Common = ["__contains__", "__getitem__", "__len__", "__str__", "__repr__"];
    private static readonly HashSet<string> OfTuples = [.. Common, "count", "index"];
    private static readonly HashSet<string> OfLists = [.. OfTuples, "__setitem__", "__delitem__", "append", "extend", "insert", "pop", "remove", "reverse", "sort", "copy", "clear"];
    private static readonly HashSet<string> OfMaps = [.. Common, "__setitem__", "__delitem__", "get", "keys", "values", "items", "pop", "update", "setdefault", "copy", "clear"];

    public static bool Has(object? target, string name) => target switch
    {
        YamlMap => OfMaps.Contains(name),
        YamlList => OfLists.Contains(name),
        PythonTuple => OfTuples.Contains(name),
        _ => false,
    };

    public static object? Call(object? target, string name, IReadOnlyList<object?> args)
    {
        switch (name)
        {
            case "__contains__":
                return target is YamlMap map ? map.ContainsKey(PythonObject.Key(Arg(0))) : PythonObject.Items(target).Any(i => PythonObject.AreEqual(i, Arg(0)));
            case "__getitem__":
                return PythonObject.Index(target, Arg(0));
            case "__setitem__":
                PythonObject.Assign(target, Arg(0), Arg(1));
                return null;
            case "__delitem__":
                PythonObject.Remove(target, Arg(0));
                return null;
            case "__len__":
                return PythonObject.Length(target);
            case "__str__" or "__repr__":
                return PythonText.Repr(target);
            default:
                return target is YamlMap dictionary ? OnMap(dictionary, name, args) : OnList(target as YamlList ?? ((PythonTuple)target!).Items, name, args);
        }

        object? Arg(int index) => Argument(args, index, name);
    }

    private static object? OnMap(YamlMap map, string name, IReadOnlyList<object?> args)
    {
        switch (name)
        {
            case "get":
                return map.TryGetValue(PythonObject.Key(Argument(args, 0, name)), out var value) ? value : args.ElementAtOrDefault(1);
            case "keys" or "values" or "items":
                return new PythonView(map, name);
            case "pop":
                var key = PythonObject.Key(Argument(args, 0, name));
                if (!map.TryGetValue(key, out value) && args.Count > 1)
                    return args[1];
                PythonObject.Remove(map, Argument(args, 0, name));
                return value;
            case "update":
                foreach (var (added, item) in PythonObject.Dictionary(Argument(args, 0, name)))
                    map[added] = item;
                return null;
            case "setdefault":
                map.TryAdd(PythonObject.Key(Argument(args, 0, name)), PythonObject.Stored(args.ElementAtOrDefault(1)));
                return map[PythonObject.Key(args[0])];
            case "copy":
                return PythonObject.Dictionary(map);
            default:
                map.Clear();
                return null;
        }
    }

    private static object? OnList(YamlList list, string name, IReadOnlyList<object?> args)
    {
        switch (name)
        {
            case "append":
                list.Add(PythonObject.Stored(Argument(args, 0, name)));
                return null;
            case "extend":
                list.AddRange(PythonObject.Items(Argument(args, 0, name)).Select(PythonObject.Stored).ToArray());
                return null;
            case "insert":
                var at = Argument(args, 0, name) as long? ?? throw new ScriptException("TypeError: insert takes an integer");
                list.Insert((int)Math.Clamp(at < 0 ? at + list.Count : at, 0, list.Count), PythonObject.Stored(Argument(args, 1, name)));
                return null;
            case "pop":
                var position = args.Count > 0 ? args[0] : (long)list.Count - 1;
                var popped = PythonObject.Index(list, list.Count > 0 ? position : 0L);
                PythonObject.Remove(list, position);
                return popped;
            case "count":
                return list.LongCount(i => PythonObject.AreEqual(i, Argument(args, 0, name)));
            case "index" or "remove":
                var found = list.FindIndex(i => PythonObject.AreEqual(i, Argument(args, 0, name)));
                if (found < 0)
                    throw new ScriptException($"ValueError: {PythonText.Repr(args[0])} is not in list");
                if (name == "remove")
                    list.RemoveAt(found);
                return name == "remove" ? null : (long)found;
            case "reverse":
                list.Reverse();
                return null;
            case "sort":
                Sort(list);
                return null;
            case "copy":
                return new YamlList(list);
            default:
                list.Clear();
                return null;
        }
    }

    private static void Sort(YamlList list)
    {
        if (list.Any(i => i is not (string or long or double or bool)) || list.Select(i => i is string).Distinct().Count() > 1)
            throw new ScriptException("TypeError: the items of the list cannot be compared");
        var sorted = list.OrderBy(i => i!, PythonOrder.Instance).ToArray();
        list.Clear();
        list.AddRange(sorted);
    }

    private static object? Argument(IReadOnlyList<object?> args, int index, string name) => index < args.Count
        ? args[index]
        : throw new ScriptException($"TypeError: {name} expected at least {index + 1} arguments, got {args.Count}");
}
