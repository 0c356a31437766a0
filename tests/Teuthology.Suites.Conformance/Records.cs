using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Suites.Conformance;

/// <summary>Reading of conformance records.</summary>
internal static class Records
{
    public static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    public static string Text(this JsonElement record, string name) => record.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static IReadOnlyList<string> Texts(this JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetString()!)] : [];

    public static bool Flag(this JsonElement record, string name) => record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static bool Has(this JsonElement record, string name) => record.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public static SuiteOptions Options(this JsonElement record) => new()
    {
        Seed = record.GetProperty("seed").GetInt64(),
        NoNestedSubset = record.Flag("no_nested_subset"),
        Subset = record.GetProperty("subset") switch
        {
            { ValueKind: JsonValueKind.String } text => SuiteSubset.Parse(text.GetString()!),
            { ValueKind: JsonValueKind.Array } pair => new SuiteSubset(pair[0].GetInt64(), pair[1].GetInt64()),
            _ => null,
        },
    };

    public static SuiteFilter Filter(this JsonElement record) => new()
    {
        Filter = record.Texts("filter_in"),
        FilterOut = record.Texts("filter_out"),
        FilterAll = record.Texts("filter_all"),
        FilterFragments = record.Flag("filter_fragments"),
    };

    /// <summary>The value that a JSON text stands for, keys in its order.</summary>
    public static object? Value(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new YamlMap();
                foreach (var property in json.EnumerateObject())
                    map[property.Name] = Value(property.Value);
                return map;
            case JsonValueKind.Array:
                return new YamlList(json.EnumerateArray().Select(Value));
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                var text = json.GetRawText();
                if (text.AsSpan().IndexOfAny(".eE") >= 0)
                    return json.GetDouble();
                var number = BigInteger.Parse(text);
                return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return null;
        }
    }

    public static string Canonical(JsonElement json) => CanonicalJson.Write(Value(json));

    /// <summary>SHA-256 of lines joined by line breaks.</summary>
    public static string Sha256(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var first = true;
        foreach (var line in lines)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(first ? line : "\n" + line));
            first = false;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string WithoutSuite(SuiteJob job) => job.Description.Length == job.Suite.Length ? "" : job.Description[(job.Suite.Length + 1)..];
}
