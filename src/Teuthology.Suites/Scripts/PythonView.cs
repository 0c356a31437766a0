using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>What Python's <c>keys()</c>, <c>values()</c> and <c>items()</c> give: the dictionary as it is when one looks.</summary>
/// <param name="map">The dictionary.</param>
/// <param name="kind"><c>keys</c>, <c>values</c> or <c>items</c>.</param>
internal sealed class PythonView(YamlMap map, string kind)
{
    /// <summary>Name of its Python type.</summary>
    public string TypeName => $"dict_{kind}";

    public int Count => map.Count;

    public IEnumerable<object?> Items => Walk(map, entry => kind switch
    {
        "keys" => Bare(entry.Key),
        "values" => entry.Value,
        _ => new PythonTuple(new YamlList([Bare(entry.Key), entry.Value])),
    });

    /// <summary>Keys of a dictionary.</summary>
    public static IEnumerable<object?> KeysOf(YamlMap map) => Walk(map, entry => Bare(entry.Key));

    private static object? Bare(object key) => key is YamlNull ? null : key;

    private static IEnumerable<object?> Walk(YamlMap map, Func<KeyValuePair<object, object?>, object?> part)
    {
        var count = map.Count;
        for (var i = 0; ; i++)
        {
            if (map.Count != count)
                throw new ScriptException("RuntimeError: dictionary changed size during iteration");
            if (i == count)
                yield break;
            yield return part(map.GetAt(i));
        }
    }
}
