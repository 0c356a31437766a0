using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Core.Tests;

/// <summary>Texts that take long, much memory or a deep stack in a reader that does not expect them.</summary>
public sealed class YamlLimitsTests
{
    private const int Many = 50_001;

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("{a: ")]
    [InlineData("[{")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: ")]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("&a ")]
    [InlineData("*a ")]
    [InlineData("!")]
    [InlineData("!a ")]
    [InlineData("!!")]
    [InlineData("%a\n")]
    [InlineData("---\n")]
    [InlineData("...\n")]
    [InlineData("]")]
    [InlineData(", ")]
    [InlineData("<<: ")]
    public async Task Load_OneTokenAgainAndAgain_IsAnErrorSoon(string token)
    {
        var text = string.Concat(Enumerable.Repeat(token, Many));
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Task.Run(() => YamlLoader.Load(text, "f")).WaitAsync(TimeSpan.FromMinutes(2)));

        Assert.Equal("f", error.Mark!.File);
    }

    [Theory]
    [InlineData("\n", "", "null")]
    [InlineData(" \n", "", "null")]
    [InlineData("# comment\n", "", "null")]
    [InlineData("a\n", "", null)]
    [InlineData("\n", "a\n", "\"a\"")]
    [InlineData("\n", "a: 'b\n", null)]
    [InlineData("\n", "a: |\n", null)]
    [InlineData("x", "a: ", null)]
    [InlineData("- 1\n", "", null)]
    [InlineData("1, ", "[", null)]
    [InlineData("- &a [x]\n- *a\n", "", null)]
    public async Task Load_LongText_TakesTimeInProportion(string part, string before, string? json)
    {
        var text = before + string.Concat(Enumerable.Repeat(part, Many)) + (before.Contains('\'') ? "'" : before == "[" ? "]" : "");
        object? value = null;
        try
        {
            value = await Task.Run(() => YamlLoader.Load(text, "f")).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (ConfigurationException) when (part.Contains('&'))
        {
            // The same anchor again.
        }

        if (json is not null)
            Assert.Equal(json, CanonicalJson.Write(value));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    public void Load_NestingThatPyYamlReads_IsRead(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 480)) + string.Concat(Enumerable.Repeat(close, 480));

        Assert.Equal(CanonicalJson.Write(YamlLoader.Load(text, "f")), CanonicalJson.Write(YamlLoader.Load(YamlDumper.Dump(YamlLoader.Load(text, "f")), "g")));
    }

    [Fact]
    public void Load_TenThousandLevels_NamesThePlaceWhereItIsTooDeep()
    {
        var error = Assert.Throws<ConfigurationException>(() => YamlLoader.Load(string.Concat(Enumerable.Repeat("- ", 10_000)) + "x", "f"));

        Assert.Contains("levels deep", error.Message, StringComparison.Ordinal);
        Assert.Equal(1001, error.Mark!.Column);
    }

    [Fact]
    public void Load_AliasesThatDouble_AreShared()
    {
        var value = YamlLoader.Load(Doubling('[', ']', 60), "f");

        Assert.InRange(YamlDumper.Dump(value).Length, 100, 10_000);
        Assert.NotNull(YamlCopy.DeepCopy(value));
        Assert.Contains("multiply", Assert.Throws<ConfigurationException>(() => CanonicalJson.Write(value)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_MappingsThatDouble_IsAnErrorWithThePlace()
    {
        var value = YamlLoader.Load(Doubling('{', '}', 60), "f");

        Assert.Equal("f", Assert.Throws<ConfigurationException>(() => DeepMerge.Merge(new YamlMap(), value)).Mark!.File);
    }

    [Theory]
    [InlineData("a: &a {b: *a}")]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a {b: [*a], c: *a}")]
    public void Write_ValueThatContainsItself_IsAnErrorOrShared(string text)
    {
        var value = YamlLoader.Load(text, "f");

        Assert.Contains("contains itself", Assert.Throws<ConfigurationException>(() => CanonicalJson.Write(value)).Message, StringComparison.Ordinal);
        Assert.Contains("&id001", YamlDumper.Dump(value), StringComparison.Ordinal);
        Assert.NotNull(YamlCopy.DeepCopy(value));
        Assert.True(MergesOrSaysWhy(value));
    }

    [Fact]
    public void Write_ListsNestedByAProgram_EndsBeforeTheStackDoes()
    {
        object? value = new YamlList();
        for (var i = 0; i < 200_000; i++)
            value = new YamlList([value]);

        Assert.Contains("deeply", Assert.Throws<ConfigurationException>(() => YamlDumper.Dump(value)).Message, StringComparison.Ordinal);
        Assert.Contains("deeply", Assert.Throws<ConfigurationException>(() => YamlCopy.DeepCopy(value)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0 }, 1, 1)]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0 }, 2, 2)]
    [InlineData(new byte[] { (byte)'a', 0xff, 0xfe }, 1, 2)]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)' ', 0xc3 }, 2, 2)]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'a', 0 }, 1, 1)]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xed, 0xa0, 0x80 }, 2, 1)]
    public void LoadFile_BinaryOrBrokenUtf8_NamesThePlace(byte[] bytes, int line, int column)
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<ConfigurationException>(() => YamlLoader.LoadFile(path));
        File.Delete(path);

        Assert.Equal(new YamlMark(path, line, column), error.Mark);
    }

    private static bool MergesOrSaysWhy(object? value)
    {
        try
        {
            return DeepMerge.Merge(new YamlMap(), value) is YamlMap;
        }
        catch (ConfigurationException e)
        {
            return e.Message.Contains("contains itself", StringComparison.Ordinal);
        }
    }

    private static string Doubling(char open, char close, int levels)
    {
        var text = new StringBuilder($"l0: &l0 {open}{(open == '{' ? "a: 1" : "a")}{close}\n");
        for (var i = 1; i <= levels; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"l{i}: &l{i} {open}{(open == '{' ? "a: " : "")}*l{i - 1} , {(open == '{' ? "b: " : "")}*l{i - 1} {close}\n");
        return text.ToString();
    }
}
