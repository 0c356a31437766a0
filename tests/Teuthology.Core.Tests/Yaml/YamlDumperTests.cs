using CsCheck;
using Teuthology.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Teuthology.Core.Tests;

public sealed class YamlDumperTests
{
    [Theory]
    [InlineData("{b: 1, a: [x, {c: null}], C: {}}", "C: {}\na:\n- x\n- c: null\nb: 1\n")]
    [InlineData("['yes', '1', '', ' x', 'a: b', '#', 1e6]", "- 'yes'\n- '1'\n- ''\n- ' x'\n- 'a: b'\n- '#'\n- 1e6\n")]
    [InlineData("\"a\\nb\"", "'a\n\n  b'\n")]
    [InlineData("[\"é\\t\", 1.0e+16, 2001-12-14]", "- \"\\xE9\\t\"\n- 1.0e+16\n- 2001-12-14\n")]
    [InlineData("{a: &x [1], b: *x}", "a: &id001\n- 1\nb: *id001\n")]
    [InlineData("{1: a, b: c}", "1: a\nb: c\n")]
    [InlineData("{b: a, 1: c}", "b: a\n1: c\n")]
    [InlineData("{'': 1}", "? ''\n: 1\n")]
    [InlineData("!!binary aGVsbG8=", "!!binary |\n  aGVsbG8=\n")]
    [InlineData("text", "text\n...\n")]
    public void Dump_Value_IsWhatPyYamlWrites(string text, string dump) => Assert.Equal(dump, YamlDumper.Dump(YamlLoader.Load(text, "f")));

    [Fact]
    public void Dump_LongText_IsFoldedAtWidth80()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 40));

        Assert.All(YamlDumper.Dump(new YamlMap { ["k"] = words }).Split('\n'), line => Assert.InRange(line.Length, 0, 85));
        Assert.Equal(words, ((YamlMap)YamlLoader.Load(YamlDumper.Dump(new YamlMap { ["k"] = words }), "f")!)["k"]);
    }

    [Fact]
    public void Load_OfADump_GivesTheValueBack() =>
        YamlValues.Any.Sample(value => CanonicalJson.Write(YamlLoader.Load(YamlDumper.Dump(value), "f")) == CanonicalJson.Write(value), iter: 300);

    /// <summary>Archives and queues are read by others' programs, too: another library finds the same texts, lists and mappings.</summary>
    [Fact]
    public void Dump_AnyValue_IsReadByAnotherLibrary() =>
        YamlValues.Any.Sample(value =>
        {
            // YamlDotNet takes the asterisk of a plain key such as `a *b:` for an alias, which YAML and PyYAML do not.
            var dump = YamlDumper.Dump(value);
            if (dump.Contains(" *", StringComparison.Ordinal))
                return;

            var stream = new YamlStream();
            stream.Load(new StringReader(dump));
            AssertSame(value, Assert.Single(stream.Documents).RootNode);
        }, iter: 300);

    private static void AssertSame(object? value, YamlNode read)
    {
        switch (value)
        {
            case YamlMap map:
                var children = Assert.IsType<YamlMappingNode>(read).Children;
                Assert.Equal(map.Count, children.Count);
                foreach (var (key, inner) in map)
                    AssertSame(inner, children[new YamlScalarNode((string)key!)]);
                break;
            case YamlList list:
                var items = Assert.IsType<YamlSequenceNode>(read).Children;
                Assert.Equal(list.Count, items.Count);
                for (var i = 0; i < list.Count; i++)
                    AssertSame(list[i], items[i]);
                break;
            case string text:
                Assert.Equal(text, Assert.IsType<YamlScalarNode>(read).Value);
                break;
            default:
                Assert.Equal(ScalarStyle.Plain, Assert.IsType<YamlScalarNode>(read).Style);
                break;
        }
    }
}
