using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Results;

/// <summary>YAML values as JSON, the way the results server's clients write job configurations.</summary>
public static class YamlJson
{
    /// <summary>Converts a value; keys become texts, dates become ISO 8601, bytes base64, numbers that JSON lacks their YAML text.</summary>
    /// <param name="value">A value as <see cref="YamlMap"/> describes it.</param>
    public static JsonNode? Convert(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        long number => JsonValue.Create(number),
        int number => JsonValue.Create(number),
        BigInteger number => JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture)),
        double number when double.IsFinite(number) => JsonValue.Create(number),
        double number => JsonValue.Create(double.IsNaN(number) ? ".nan" : number > 0 ? ".inf" : "-.inf"),
        byte[] bytes => JsonValue.Create(System.Convert.ToBase64String(bytes)),
        YamlMap map => Convert(map),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Convert)]),
        _ => JsonValue.Create(Scalar(value)),
    };

    /// <summary>Converts a mapping.</summary>
    /// <param name="map">The mapping.</param>
    public static JsonObject Convert(YamlMap map)
    {
        var document = new JsonObject();
        foreach (var (key, value) in map)
            document[Scalar(key)] = Convert(value);
        return document;
    }

    private static string Scalar(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFzzz", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
