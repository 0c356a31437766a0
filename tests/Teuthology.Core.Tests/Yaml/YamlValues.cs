using System.Globalization;
using CsCheck;
using Teuthology.Yaml;

namespace Teuthology.Core.Tests;

/// <summary>Random values of every kind.</summary>
internal static class YamlValues
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["ab1:-#?,[]{}&*!|>%@`'\" \n\t.~=\\é\u2028"], 0, 12],
        Gen.OneOf("yes", "null", "0644", "1e6", "a b", "- x", "--- a", "1:30"),
        Gen.String[Gen.Char["ab -'\"é"], 60, 200]);

    private static readonly Gen<object?> Scalar = Gen.OneOf<object?>(
        Text.Select(t => (object?)t),
        Gen.Long.Select(n => (object?)n),
        Gen.Double.Where(double.IsFinite).Select(n => (object?)n),
        Gen.Bool.Select(b => (object?)b),
        Gen.DateOnly.Select(d => (object?)d),
        Gen.Const((object?)null));

    public static readonly Gen<object?> Any = Gen.Recursive<object?>((depth, self) => depth > 4
        ? Scalar
        : Gen.OneOf(Scalar, Lists(self), Maps(self).Select(m => (object?)m)));

    /// <summary>Mappings of which equal keys have values of one kind, so that they merge.</summary>
    public static readonly Gen<YamlMap> Fragments = Gen.Recursive<YamlMap>((depth, self) => Gen
        .Select(Gen.Int[0, 5], depth > 3 ? Gen.Const((YamlMap?)null) : self.Select(m => (YamlMap?)m), Lists(Scalar), Gen.Long)
        .Array[0, 5]
        .Select(parts =>
        {
            var map = new YamlMap();
            foreach (var (key, inner, list, number) in parts)
            {
                if (inner is not null)
                    map[$"map{key}"] = inner;
                map[$"list{key}"] = list;
                map[$"number{key}"] = number.ToString(CultureInfo.InvariantCulture);
                map[$"null{key}"] = null;
            }

            return map;
        }));

    private static Gen<object?> Lists(Gen<object?> items) => items.Array[0, 4].Select(a => (object?)new YamlList(a));

    private static Gen<YamlMap> Maps(Gen<object?> items) => Gen.Select(Text, items).Array[0, 4].Select(entries =>
    {
        var map = new YamlMap();
        foreach (var (key, value) in entries)
            map[key] = value;
        return map;
    });
}
