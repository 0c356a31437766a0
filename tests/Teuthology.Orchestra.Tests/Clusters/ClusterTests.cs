namespace Teuthology.Orchestra.Tests;

public sealed class ClusterTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGmp0Tt1dT0w2cEjYm1kXnM2Yd4Mw2rM1Zx1bq0m0n7X";
    private readonly Remote one = Host("one.example.com");
    private readonly Remote two = Host("two.example.com");
    private readonly Remote three = Host("10.0.0.3");
    private readonly Cluster cluster = new();

    public ClusterTests()
    {
        cluster.Add(one, ["mon.a", "osd.0", "osd.1"]);
        cluster.Add(two, ["mon.b", "backup.osd.0", "test0"]);
        cluster.Add(three, ["client.0"]);
    }

    [Fact]
    public void Only_SeveralRoles_MustAllBeOnTheHost()
    {
        Assert.Equal([one], cluster.Only("mon.a", "osd.1").Remotes);
        Assert.Empty(cluster.Only("mon.a", "mon.b").Remotes);
        Assert.Equal([two], cluster.Only("test0").Remotes);
    }

    [Fact]
    public void Only_Predicates_MustEachAcceptSomeRole()
    {
        Assert.Equal([one, two], cluster.Only(Role.IsType("osd")).Remotes);
        Assert.Equal([two], cluster.Only(Role.IsType("osd", "backup")).Remotes);
        Assert.Equal([one, two], cluster.Only(Role.IsType("osd"), Role.IsType("mon")).Remotes);
        Assert.Empty(cluster.Only(Role.IsType("osd"), Role.IsType("client")).Remotes);
    }

    [Fact]
    public void Exclude_IsTheComplementOfOnly()
    {
        Assert.Equal([two, three], cluster.Exclude("mon.a").Remotes);
        Assert.Equal([three], cluster.Exclude(Role.IsType("mon")).Remotes);
        Assert.Equal(["client.0"], cluster.Filter(remote => remote == three).RolesOf(three));
    }

    [Fact]
    public void Single_NoneOrSeveral_SaysSo()
    {
        Assert.Same(one, cluster.Single("osd.0"));
        Assert.Contains("'osd.9'", Assert.Throws<ConfigurationException>(() => cluster.Single("osd.9")).Message);
        cluster.Add(Host("four.example.com"), ["osd.0"]);
        Assert.Contains("2 hosts (one, four)", Assert.Throws<ConfigurationException>(() => cluster.Single("osd.0")).Message);
    }

    [Fact]
    public void Add_Twice_TellsUpstreamsText()
    {
        var error = Assert.Throws<InvalidOperationException>(() => cluster.Add(one, []));
        Assert.Equal("Remote Remote(name='u@one.example.com') already found in remotes: ['mon.a', 'osd.0', 'osd.1']", error.Message);
        Assert.Equal("u@10.0.0.3[client.0] u@one.example.com[mon.a,osd.0,osd.1] u@two.example.com[mon.b,backup.osd.0,test0]", cluster.ToString());
    }

    [Fact]
    public void ShortName_AddressStaysWhole() => Assert.Equal(("one", "10.0.0.3"), (one.ShortName, three.ShortName));

    [Theory]
    [InlineData("osd.0", "ceph", "osd", "0")]
    [InlineData("bar.baz.x.y.z", "bar", "baz", "x.y.z")]
    [InlineData("mds.a-s-b", "ceph", "mds", "a-s-b")]
    public void Split_FollowsTheDots(string text, string cluster, string type, string id) => Assert.Equal(new Role(cluster, type, id), Role.Split(text));

    [Fact]
    public void Split_NoDot_IsAnError() => Assert.Contains("[<cluster>.]<type>.<id>", Assert.Throws<ConfigurationException>(() => Role.Split("test0")).Message);

    [Fact]
    public void IdsOfType_GivesIds()
    {
        Assert.Equal(["0", "1", "0"], Role.IdsOfType(cluster.AllRoles, "osd"));
        Assert.Equal(["backup.osd.0"], Role.OfType(cluster.AllRoles, "osd", "backup"));
    }

    private static Remote Host(string name) =>
        new(new RemoteEndpoint { HostName = name, User = "u", Address = "192.0.2.1", HostKey = Key, IdentityFile = "/nowhere" }, new LineKeeper());
}
