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
        Assert.Equal(["mkfs_options", "fs"], Read("{fs: xfs, mkfs_options: [-f], coverage: true, cpu_profile: []}").Unserved);

    [Fact]
    public void Read_Valgrind_IsByRoleBeforeType()
    {
        var valgrind = Read("{valgrind: {mon: [--tool=memcheck, --leak-check=full], mon.b: --tool=massif, exit_on_first_error: false}, expect_valgrind_errors: true}").Valgrind;
        Assert.Equal(["--tool=memcheck", "--leak-check=full"], valgrind.For("mon", "mon.a"));
        Assert.Equal(["--tool=massif"], valgrind.For("mon", "mon.b"));
        Assert.Null(valgrind.For("osd", "osd.0"));
        Assert.True(valgrind is { ExitOnFirstError: false, ErrorsExpected: true });
    }

    [Theory]
    [InlineData("{}", 300, false)]
    [InlineData("{watchdog: {daemon_timeout: 5, daemon_restart: normal}}", 5, true)]
    [InlineData("{watchdog: {daemon_restart: no}}", 300, false)]
    public void Read_Watchdog_OfTheJob(string job, int seconds, bool restarts) =>
        Assert.Equal(new WatchdogOptions(TimeSpan.FromSeconds(seconds), restarts), WatchdogOptions.Read((YamlMap)YamlLoader.Load(job, "job.yaml")!));

    [Fact]
    public void Read_WatchdogWithoutSense_NamesTheKey() =>
        Assert.StartsWith("job.yaml:1:", Assert.Throws<ConfigurationException>(() => WatchdogOptions.Read((YamlMap)YamlLoader.Load("{watchdog: {daemon_timeout: soon}}", "job.yaml")!)).Message);

    [Theory]
    [InlineData("conf: [a]", "'conf' must be a mapping")]
    [InlineData("wait-for-healthy: later", "'wait-for-healthy' must be true or false")]
    [InlineData("log-ignorelist: x", "'log-ignorelist' must be a list")]
    [InlineData("log-ignorelist: [{a: b}]", "'log-ignorelist' must be a list of texts")]
    [InlineData("valgrind: {mon: 3}", "'valgrind.mon' must be valgrind's arguments")]
    [InlineData("cluster: 3", "'cluster' must be a text")]
    public void Read_ValueOfTheWrongKind_IsAnErrorThatNamesTheKey(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Read(yaml)).Message);

    private static CephOptions Read(string yaml)
    {
        var map = (YamlMap)YamlLoader.Load(yaml, "job.yaml")!;
        return CephOptions.Read(map, (message, key) => new ConfigurationException(message, map.MarkOf(key)));
    }
}
