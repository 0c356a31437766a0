using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class WorkunitOptionsTests
{
    [Fact]
    public void Read_ClientsOnly_GivesUpstreamsDefaults()
    {
        var options = Read("clients: {client.0: [rbd/a.sh x], all: [b]}");
        Assert.Equal(["client.0", "all"], options.Clients.Select(c => c.Role));
        Assert.Equal("3h", options.Timeout);
        Assert.Equal("HEAD", options.Ref);
        Assert.True(options is { Cleanup: true, Plain: false, BaseDirectory: "qa/workunits", Subdirectory: null });
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("", null)]
    [InlineData("6h", "6h")]
    [InlineData("90", "90")]
    public void Read_Timeout_ZeroOrNothingIsNone(string written, string? expected) =>
        Assert.Equal(expected, Read($"{{clients: {{client.0: [a]}}, timeout: {written}}}").Timeout);

    [Fact]
    public void Read_RefOfTheTask_HidesThoseOfTheOverrides() =>
        Assert.Equal("mine", Read("{clients: {client.0: [a]}, branch: mine}", "{sha1: theirs, branch: theirs, timeout: 1h}").Ref);

    [Fact]
    public void Read_RefOfTheOverrides_Sha1BeforeBranch() =>
        Assert.Equal("abc", Read("clients: {client.0: [a]}", "{branch: main, sha1: abc}").Ref);

    [Theory]
    [InlineData("{}", "'clients' must be a mapping")]
    [InlineData("clients: {client.0: a.sh}", "each client must have a list of workunits")]
    [InlineData("{clients: {client.0: [a]}, env: [b]}", "'env' must be a mapping")]
    public void Read_WrongKind_IsAnError(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Read(yaml)).Message);

    [Theory]
    [InlineData("a.sh  one 'two words' \"three \\\"words\\\"\" fo\\ ur", "a.sh|one|two words|three \"words\"|fo ur")]
    [InlineData("  ", "")]
    [InlineData("a ''", "a|")]
    public void ShellWords_Line_IsSplitAsAShellDoes(string line, string expected) => Assert.Equal(expected, string.Join('|', ShellWords.Split(line)));

    [Theory]
    [InlineData("a 'b")]
    [InlineData("a \"b")]
    [InlineData("a \\")]
    public void ShellWords_UnfinishedLine_IsAnError(string line) => Assert.Throws<FormatException>(() => ShellWords.Split(line));

    private static WorkunitOptions Read(string yaml, string? overrides = null) => WorkunitOptions.Read(
        (YamlMap)YamlLoader.Load(yaml, "job.yaml")!,
        overrides is null ? null : (YamlMap)YamlLoader.Load(overrides, "job.yaml")!,
        (message, _) => new ConfigurationException(message));
}
