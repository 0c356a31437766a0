using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.PythonTasks;

/// <summary>Values of YAML as JSON can carry them: a mapping is a list of pairs, for its keys need not be texts.</summary>
internal static class WireValue
{
    public static JsonNode? Encode(object? value) => value switch
    {
        null => null,
        YamlMap map => One("map", new JsonArray([.. map.Select(entry => (JsonNode)new JsonArray(Encode(ReferenceEquals(entry.Key, YamlNull.Key) ? null : entry.Key), Encode(entry.Value)))])),
        YamlList list => new JsonArray([.. list.Select(Encode)]),
        YamlSet set => One("set", new JsonArray([.. set.Members.Select(Encode)])),
        byte[] bytes => One("bytes", Convert.ToBase64String(bytes)),
        bool flag => flag,
        long number => number,
        int number => number,
        BigInteger number => One("whole", number.ToString(CultureInfo.InvariantCulture)),
        double number => One("real", number.ToString("R", CultureInfo.InvariantCulture)),
        DateOnly date => One("date", date.ToString("O", CultureInfo.InvariantCulture)),
        DateTime time => One("time", time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture)),
        DateTimeOffset time => One("time", time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    public static object? Decode(JsonNode? value) => value switch
    {
        null => null,
        JsonArray list => List(list),
        JsonObject one => Tagged(one.First().Key, one.First().Value),
        JsonValue scalar when scalar.TryGetValue<bool>(out var flag) => flag,
        JsonValue scalar when scalar.TryGetValue<long>(out var number) => number,
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => text,
        _ => BigInteger.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
    };

    private static JsonObject One(string tag, JsonNode? content) => new() { [tag] = content };

    private static YamlList List(JsonArray items)
    {
        var list = new YamlList();
        foreach (var item in items)
            list.Add(Decode(item));
        return list;
    }

    private static object? Tagged(string tag, JsonNode? content)
    {
        switch (tag)
        {
            case "map":
                var map = new YamlMap();
                foreach (var pair in content!.AsArray())
                    map[Decode(pair![0]) ?? YamlNull.Key] = Decode(pair[1]);
                return map;
            case "set":
                return List(content!.AsArray());
            case "bytes":
                return Convert.FromBase64String((string)content!);
            case "real":
                return double.Parse((string)content!, CultureInfo.InvariantCulture);
            default:
                return (string)content!;
        }
    }
}
