namespace Teuthology.Orchestra.Tests;

/// <summary>Answers that upstream's <c>misc</c> gave.</summary>
public sealed class ClusterRolesTests
{
    private readonly Cluster cluster = new();
    private readonly Remote one = Host("one.example.com");
    private readonly Remote two = Host("two.example.com");

    public ClusterRolesTests()
    {
        cluster.Add(one, ["mon.b", "osd.0", "client.0", "other.mon.x"]);
        cluster.Add(two, ["mon.a", "osd.1", "other.osd.0", "client.1"]);
    }

    [Fact]
    public void Roles_OfTypes_AreCountedAndNamed()
    {
        Assert.Equal((2, 1, 0), (cluster.CountOfType("osd"), cluster.CountOfType("osd", "other"), cluster.CountOfType("mds")));
        Assert.Equal(["mon.b", "mon.a"], cluster.MonNames());
        Assert.Equal(("mon.a", "other.mon.x"), (cluster.FirstMon(), cluster.FirstMon("other")));
        Assert.Equal("no mon for cluster found", Assert.Throws<ConfigurationException>(() => cluster.FirstMon("third")).Message);
        Assert.Equal("osd.1", Role.DaemonOf("c.osd.1"));
        Assert.Equal([("0", one), ("1", two)], cluster.Clients(["client.0", "client.1"]));
        Assert.Contains("mon.a", Assert.Throws<ConfigurationException>(() => cluster.Clients(["mon.a"]).ToList()).Message);
    }

    [Fact]
    public void ReplaceAllWithClients_All_MustBeAlone()
    {
        Assert.Equal(new Dictionary<string, int> { ["client.0"] = 1, ["client.1"] = 1 }, cluster.ReplaceAllWithClients(new Dictionary<string, int> { ["all"] = 1 }));
        Assert.Equal(new Dictionary<string, int> { ["client.0"] = 1 }, cluster.ReplaceAllWithClients(new Dictionary<string, int> { ["client.0"] = 1 }));
        var error = Assert.Throws<ConfigurationException>(() => cluster.ReplaceAllWithClients(new Dictionary<string, int> { ["all"] = 1, ["client.0"] = 2 }));
        Assert.Equal("config cannot have 'all' and specific clients listed", error.Message);
    }

    [Theory]
    [InlineData(false, false, "mon.a 1.1.1.1:6789 mon.b 1.1.1.1:6790 mon.c 2.2.2.2:6789")]
    [InlineData(false, true, "mon.a v1:1.1.1.1:6789 mon.b v1:1.1.1.1:6790 mon.c v1:2.2.2.2:6789")]
    [InlineData(true, true, "mon.a v2:1.1.1.1:6789,v1:1.1.1.1:6790 mon.b v2:1.1.1.1:6791,v1:1.1.1.1:6792 mon.c v2:2.2.2.2:6789,v1:2.2.2.2:6790")]
    public void MonAddresses_OfHosts_AreUpstreams(bool version2, bool vectors, string addresses)
    {
        var given = LegacyCephConf.MonAddresses([["mon.a", "mon.b"], ["mon.c", "osd.0"]], ["1.1.1.1", "2.2.2.2"], version2, vectors);
        Assert.Equal(addresses, string.Join(' ', given.Select(pair => $"{pair.Key} {pair.Value}")));
    }

    [Fact]
    public void Skeleton_Standbys_AreNamed()
    {
        var conf = LegacyCephConf.Skeleton([["mon.a", "mds.b-s-c", "x.mon.d"], ["mds.c"]], ["1.1.1.1", "2.2.2.2"]);
        Assert.Equal(["mon.a", "mds.b-s-c", "mds.c"], conf.Keys);
        Assert.Equal(("1.1.1.1:6789", "c", 0), (conf["mon.a"]["mon addr"], conf["mds.b-s-c"]["mds standby for name"], conf["mds.c"].Count));
        Assert.Throws<ConfigurationException>(() => LegacyCephConf.MonAddresses([["osd.0"]], ["1.1.1.1"]));
        Assert.Throws<ConfigurationException>(() => LegacyCephConf.MonAddresses([["mon.a"]], ["1.1.1.1"], version2: true));
    }

    [Theory]
    [InlineData("a@b@x", "a@b", "x")]
    [InlineData("x", null, "x")]
    public void Split_UserAndHost_AreToldApart(string name, string? user, string host)
    {
        Assert.Equal((user, host), RemoteName.Split(name));
        Assert.Equal("Bad input to split_user: '@x'", Assert.Throws<ConfigurationException>(() => RemoteName.Split("@x")).Message);
    }

    private static Remote Host(string name) =>
        new(new RemoteEndpoint { HostName = name, User = "u", Address = "192.0.2.1", HostKey = null, IdentityFile = "/nowhere" }, new LineKeeper());
}
