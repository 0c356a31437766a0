using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class CephOptionsTests
{
    [Fact]
    public void Read_Nothing_GivesUpstreamsDefaults()
    {
        var options = Read("{}");
        Assert.Equal("ceph", options.Cluster);
        Assert.True(options is { WaitForHealthy: true, WaitForScrub: true, CreateRbdPool: true, MonBindMsgr2: true, SkipMgrDaemons: false, CrushTunables: "default" });
        Assert.Empty(options.LogIgnorelist);
    }

    [Fact]
    public void Read_OldAndNewNameOfTheIgnoreList_TakesBoth() =>
        Assert.Equal([@"\(A\)", @"\(B\)"], Read(@"{log-whitelist: ['\(B\)'], log-ignorelist: ['\(A\)']}").LogIgnorelist);

    [Fact]
    public void Read_MisspeltKeys_AreIgnored() => Assert.Empty(Read("{config: {global: {a: b}}, wait-for-up: 1}").Conf);

    [Fact]
    public void Read_KeysOfUpstreamThatAreNotServed_AreTold() =>
        Assert.Equal(["valgrind"], Read("{valgrind: {mon: [--tool=memcheck]}, coverage: true, cpu_profile: []}").Unserved);

    [Theory]
    [InlineData("conf: [a]", "'conf' must be a mapping")]
    [InlineData("wait-for-healthy: later", "'wait-for-healthy' must be true or false")]
    [InlineData("log-ignorelist: x", "'log-ignorelist' must be a list")]
    [InlineData("log-ignorelist: [{a: b}]", "'log-ignorelist' must be a list of texts")]
    [InlineData("cluster: 3", "'cluster' must be a text")]
    public void Read_ValueOfTheWrongKind_IsAnErrorThatNamesTheKey(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Read(yaml)).Message);

    private static CephOptions Read(string yaml)
    {
        var map = (YamlMap)YamlLoader.Load(yaml, "job.yaml")!;
        return CephOptions.Read(map, (message, key) => new ConfigurationException(message, map.MarkOf(key)));
    }
}
