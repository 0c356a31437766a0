using CsCheck;
using Teuthology.Yaml;

namespace Teuthology.Core.Tests;

public sealed class DeepMergeTests
{
    [Theory]
    [InlineData("{k: [1, [2]]}", "{k: [1, [2], 3]}", "{\"k\":[1,[2],1,[2],3]}")]
    [InlineData("{k: {b: 1, c: {d: [1]}}}", "{k: {a: 0, c: {d: [2]}, b: 5}}", "{\"k\":{\"a\":0,\"b\":5,\"c\":{\"d\":[1,2]}}}")]
    [InlineData("{k: 1}", "{k: [2]}", "{\"k\":[2]}")]
    [InlineData("{k: [1]}", "{k: null}", "{\"k\":[1]}")]
    [InlineData("{k: null}", "{k: 0}", "{\"k\":0}")]
    [InlineData("{}", "{k: null}", "{\"k\":null}")]
    public void Merge_Values_FollowUpstreamsRules(string into, string from, string merged) =>
        Assert.Equal(merged, CanonicalJson.Write(DeepMerge.Merge(YamlLoader.Load(into, "a"), YamlLoader.Load(from, "b"))));

    [Theory]
    [InlineData("{k: {x: [1]}}", "{k: {x: text}}", "the text 'text'", "a list")]
    [InlineData("{k: {x: {a: 1}}}", "{k: {x: [1]}}", "a list", "a mapping")]
    [InlineData("{k: {x: []}}", "{k: {x: 5}}", "the value 5", "a list")]
    public void Merge_KindsThatDoNotFit_NamesBothPlaces(string into, string from, string fromKind, string intoKind)
    {
        var error = Assert.Throws<ConfigurationException>(() => DeepMerge.Merge(YamlLoader.Load(into, "a.yaml"), YamlLoader.Load(from, "b.yaml")));

        Assert.Equal($"b.yaml:1:6: cannot merge {fromKind} into {intoKind} for 'k.x'; a.yaml:1:6 has {intoKind}", error.Message);
    }

    [Fact]
    public void Merge_DateBelowANewKey_AsksForQuotes()
    {
        var error = Assert.Throws<ConfigurationException>(() => DeepMerge.Merge(new YamlMap(), YamlLoader.Load("day: 2020-01-01", "b")));

        Assert.Contains("quotes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_Parts_KeepTheirMarks()
    {
        var merged = (YamlMap)DeepMerge.Merge(YamlLoader.Load("a: {x: 1}\nl: [1]", "a"), YamlLoader.Load("\n\na: {y: 2, x: 3}\nl: [2]", "b"))!;
        var inner = (YamlMap)merged["a"]!;

        Assert.Equal("b:3:11", $"{inner.MarkOf("x")}");
        Assert.Equal("b:3:5", $"{inner.MarkOf("y")}");
        Assert.Equal("a:1:1", $"{merged.MarkOf("a")}");
        Assert.Equal("a:2:5", $"{((YamlList)merged["l"]!).MarkOf(0)}");
        Assert.Equal("b:4:5", $"{((YamlList)merged["l"]!).MarkOf(1)}");
    }

    [Fact]
    public void Merge_AnyFragments_LeavesThemAsTheyWere() =>
        Gen.Select(YamlValues.Fragments, YamlValues.Fragments).Sample((a, b) =>
        {
            var (before, after) = (CanonicalJson.Write(a), CanonicalJson.Write(b));
            var merged = (YamlMap)DeepMerge.Merge(a, b)!;
            Spoil(merged);
            return before == CanonicalJson.Write(a) && after == CanonicalJson.Write(b);
        }, iter: 100);

    [Fact]
    public void Merge_WithNothing_ChangesNothing() =>
        YamlValues.Fragments.Sample(a =>
            CanonicalJson.Write(DeepMerge.Merge(a, new YamlMap())) == CanonicalJson.Write(a)
            && CanonicalJson.Write(DeepMerge.Merge(null, a)) == CanonicalJson.Write(a), iter: 100);

    [Fact]
    public void Merge_OfThree_DoesNotDependOnGrouping() =>
        Gen.Select(YamlValues.Fragments, YamlValues.Fragments, YamlValues.Fragments).Sample((a, b, c) =>
            CanonicalJson.Write(DeepMerge.Merge(DeepMerge.Merge(a, b), c)) == CanonicalJson.Write(DeepMerge.Merge(a, DeepMerge.Merge(b, c))), iter: 100);

    private static void Spoil(object? value)
    {
        if (value is YamlMap map)
        {
            foreach (var item in map.Values)
                Spoil(item);
            map["spoilt"] = true;
        }
        else if (value is YamlList list)
        {
            foreach (var item in list)
                Spoil(item);
            list.Add("spoilt");
        }
    }
}
