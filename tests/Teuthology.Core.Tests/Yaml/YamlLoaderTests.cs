using System.Numerics;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Core.Tests;

public sealed class YamlLoaderTests
{
    [Theory]
    [InlineData("no", "false")]
    [InlineData("On", "true")]
    [InlineData("y", "\"y\"")]
    [InlineData("0644", "420")]
    [InlineData("0o644", "\"0o644\"")]
    [InlineData("08", "\"08\"")]
    [InlineData("0x1F", "31")]
    [InlineData("0b101", "5")]
    [InlineData("1_000", "1000")]
    [InlineData("1:30", "90")]
    [InlineData("-1:30", "-90")]
    [InlineData("190:20:30.15", "685230.15")]
    [InlineData("1e6", "\"1e6\"")]
    [InlineData("1.0e+6", "1000000.0")]
    [InlineData("7.10", "7.1")]
    [InlineData("-.inf", "\"!-inf\"")]
    [InlineData("~", "null")]
    [InlineData("99999999999999999999999", "99999999999999999999999")]
    [InlineData("2001-12-14", "\"!date 2001-12-14\"")]
    [InlineData("2001-12-14t21:59:43.10-05:00", "\"!timestamp 2001-12-14T21:59:43.100000-05:00\"")]
    [InlineData("2001-12-14 21:59:43", "\"!timestamp 2001-12-14T21:59:43\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int \"12\"", "12")]
    [InlineData("!!int \" 18\"", "18")]
    [InlineData("!!int \"0o17\"", "15")]
    [InlineData("!!int --44", "44")]
    [InlineData("!!int 8:-7", "473")]
    [InlineData("!!int \"٤٢\"", "42")]
    [InlineData("!!float inf", "\"!inf\"")]
    [InlineData("!!float \" 1e3 \"", "1000.0")]
    [InlineData("!!binary aGVsbG8=", "\"!binary aGVsbG8=\"")]
    [InlineData("!!set {b, a}", "{\"!set\":[\"a\",\"b\"]}")]
    [InlineData("!!omap [b: 1, a: 2]", "[[\"b\",1],[\"a\",2]]")]
    public void Load_Scalar_HasThePyYamlValue(string text, string json) =>
        Assert.Equal(json, CanonicalJson.Write(((YamlMap)YamlLoader.Load($"v: {text}", "f")!)["v"]));

    [Fact]
    public void Load_SmallAndBigIntegers_AreLongAndBigInteger()
    {
        var list = Assert.IsType<YamlList>(YamlLoader.Load("[1, 9223372036854775808]", "f"));

        Assert.IsType<long>(list[0]);
        Assert.IsType<BigInteger>(list[1]);
    }

    [Theory]
    [InlineData("{<<: *b, a: 2}", "{\"a\":2,\"c\":3}")]
    [InlineData("{a: 2, <<: *b}", "{\"a\":2,\"c\":3}")]
    [InlineData("{<<: [*b, {a: 9, z: 8}]}", "{\"a\":1,\"c\":3,\"z\":8}")]
    public void Load_MergeKey_LetsOwnKeysWin(string text, string json)
    {
        var map = (YamlMap)YamlLoader.Load($"base: &b {{a: 1, c: 3}}\nv: {text}", "f")!;

        Assert.Equal(json, CanonicalJson.Write(map["v"]));
    }

    [Fact]
    public void Load_MappingThatMergesItself_HasWhatIsLeftOfIt() =>
        Assert.Equal("{\"a\":{\"b\":1}}", CanonicalJson.Write(YamlLoader.Load("a: &a {<<: *a, b: 1}", "f")));

    [Fact]
    public void Load_MergeKeysThatDouble_StayLinear()
    {
        var text = string.Concat(Enumerable.Range(1, 60).Select(i => $"m{i}: &m{i}\n  <<: [*m{i - 1}, *m{i - 1}]\n  k{i}: {i}\n"));
        var map = (YamlMap)YamlLoader.Load("m0: &m0 {k0: 0}\n" + text, "f")!;

        Assert.Equal(61, ((YamlMap)map["m60"]!).Count);
    }

    [Theory]
    [InlineData("", 4300, true)]
    [InlineData("", 4301, false)]
    [InlineData("", 100_000, false)]
    [InlineData("0x", 100_000, true)]
    [InlineData("0", 100_000, true)]
    [InlineData("0b", 100_000, true)]
    public void Load_LongInteger_IsReadUpToWhatPythonReads(string prefix, int digits, bool isRead)
    {
        var text = $"v: {prefix}{new string('1', digits)}";
        if (isRead)
            Assert.IsType<BigInteger>(((YamlMap)YamlLoader.Load(text, "f")!)["v"]);
        else
            Assert.InRange(Assert.Throws<ConfigurationException>(() => YamlLoader.Load(text, "f")).Message.Length, 10, 300);
    }

    [Fact]
    public void Load_KeysThatPythonHoldsEqual_AreOne()
    {
        var map = Assert.IsType<YamlMap>(YamlLoader.Load("1: a\nyes: b\n1.0: c\nx: d\nx: e\n", "f"));

        Assert.Equal("{\"1\":\"c\",\"x\":\"e\"}", CanonicalJson.Write(map));
    }

    [Fact]
    public void Load_Alias_IsTheSameObject()
    {
        var list = Assert.IsType<YamlList>(YamlLoader.Load("- &a [1]\n- *a\n", "f"));

        Assert.Same(list[0], list[1]);
    }

    [Fact]
    public void Load_Values_KnowWhereTheyStand()
    {
        var map = (YamlMap)YamlLoader.Load("# comment\ntasks:\n- install:\n    branch: x\n", "s/a.yaml")!;
        var tasks = (YamlList)map["tasks"]!;

        Assert.Equal("s/a.yaml:2:1", map.MarkOf("tasks")!.ToString());
        Assert.Equal("s/a.yaml:3:3", tasks.MarkOf(0)!.ToString());
        Assert.Equal("s/a.yaml:4:5", ((YamlMap)((YamlMap)tasks[0]!)["install"]!).MarkOf("branch")!.ToString());
    }

    [Theory]
    [InlineData("a: b: c", 1, 5)]
    [InlineData("a: 1\n  b: 2", 2, 4)]
    [InlineData("a:\tx", 1, 3)]
    [InlineData("a: [1, 2\nb: 3", 2, 2)]
    [InlineData("a: *nope", 1, 4)]
    [InlineData("a: &x 1\nb: &x 2", 2, 4)]
    [InlineData("{[1]: 2}", 1, 2)]
    [InlineData("a: !foo bar", 1, 4)]
    [InlineData("a: \"\\q\"", 1, 5)]
    [InlineData("a: 'open", 1, 4)]
    [InlineData("- a\nb: c", 2, 1)]
    [InlineData("a: 1\n---\nb: 2", 2, 1)]
    [InlineData("v: 2021-02-30", 1, 4)]
    [InlineData("%x: 1", 1, 1)]
    [InlineData("a: @x", 1, 4)]
    [InlineData("a: \u0007", 1, 4)]
    public void Load_BrokenText_NamesThePlace(string text, int line, int column)
    {
        var error = Assert.Throws<ConfigurationException>(() => YamlLoader.Load(text, "dir/f.yaml"));

        Assert.Equal(new YamlMark("dir/f.yaml", line, column), error.Mark);
        Assert.StartsWith($"dir/f.yaml:{line}:{column}: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Load_BottomlessNesting_IsAnErrorNotACrash(char bracket) =>
        Assert.Throws<ConfigurationException>(() => YamlLoader.Load(new string(bracket, 100_000), "f"));

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n...\n")]
    public void Load_NothingInIt_IsNull(string text) => Assert.Null(YamlLoader.Load(text, "f"));

    [Fact]
    public void LoadFile_NoUtf8OrNoFile_IsAClearError()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes("a: "), 0xff]);

        Assert.Contains("not UTF-8", Assert.Throws<ConfigurationException>(() => YamlLoader.LoadFile(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains(path, Assert.Throws<ConfigurationException>(() => YamlLoader.LoadFile(path)).Message, StringComparison.Ordinal);
    }
}
