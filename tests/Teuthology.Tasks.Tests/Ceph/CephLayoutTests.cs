namespace Teuthology.Tasks.Tests;

public sealed class CephLayoutTests
{
    [Fact]
    public void From_RolesOnThreeHosts_FindsDaemonsInOrder()
    {
        var layout = CephLayout.From(TestMachines.With(["osd.2", "mon.b", "client.0"], ["mon.a", "mgr.x", "osd.0"], ["osd.1", "build-host"]), "ceph");
        Assert.Equal(["mon.a", "mon.b"], layout.Mons.Select(m => m.Role));
        Assert.Equal("n2", layout.FirstMon.ShortName);
        Assert.Equal(["osd.0", "osd.1", "osd.2"], layout.Osds.Select(o => o.Role));
        Assert.Equal(["n1", "n2", "n3"], layout.Hosts.Select(h => h.ShortName));
        Assert.Equal("/var/lib/ceph/osd/ceph-0", layout.Osds[0].DataDirectory);
    }

    [Fact]
    public void From_MoreThanTenOsds_CountsThemAsNumbers()
    {
        var roles = Enumerable.Range(0, 12).Select(n => $"osd.{n}").Append("mon.a").ToArray();
        Assert.Equal("osd.11", CephLayout.From(TestMachines.With(roles), "ceph").Osds[^1].Role);
    }

    [Fact]
    public void From_TwoClusters_KeepsThemApart()
    {
        var machines = TestMachines.With(["mon.a", "osd.0"], ["backup.mon.a", "backup.osd.0", "backup.client.mirror.1"]);
        Assert.Equal(["osd.0"], CephLayout.From(machines, "ceph").Osds.Select(o => o.Role));
        var backup = CephLayout.From(machines, "backup");
        Assert.Equal(["backup.osd.0"], backup.Osds.Select(o => o.Role));
        Assert.Equal("/var/lib/ceph/osd/backup-0", backup.Osds[0].DataDirectory);
        Assert.Equal("mirror.1", Assert.Single(backup.OfType("client")).Id);
    }

    [Fact]
    public void From_NoMonitor_SaysWhichRoleIsMissing() => Fails("add a role such as mon.a", ["osd.0"]);

    [Fact]
    public void From_GapInOsdNumbers_NamesTheGap() => Fails("osd.1 is missing among osd.0 osd.2", ["mon.a", "osd.0", "osd.2"]);

    [Fact]
    public void From_OsdsOfTwoClustersOnOneHost_IsRefused() => Fails("host n1 has OSDs of several clusters (ceph, backup)", ["mon.a", "osd.0", "backup.osd.0"]);

    [Fact]
    public void From_SameRoleTwice_IsRefused() => Fails("the role client.0 is on 2 hosts", ["mon.a", "client.0"], ["client.0"]);

    [Fact]
    public void Resolve_WildcardAndNames_GivesEachOnce()
    {
        var layout = CephLayout.From(TestMachines.With(["mon.a", "mgr.x", "osd.0", "osd.1", "client.0"]), "ceph");
        Assert.Equal(["osd.1", "osd.0", "mon.a"], layout.Resolve(["osd.1", "osd.*", "mon.a"]).Select(d => d.Role));
        Assert.Equal(["mon.a", "mgr.x", "osd.0", "osd.1"], layout.Resolve(null).Select(d => d.Role));
        var error = Assert.Throws<ConfigurationException>(() => layout.Resolve(["osd.7"]));
        Assert.Contains("'osd.7' is no daemon of cluster ceph; there are: mon.a mgr.x osd.0 osd.1", error.Message);
    }

    private static void Fails(string expected, params string[][] roles) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => CephLayout.From(TestMachines.With(roles), "ceph")).Message);

    [Fact]
    public void WithManager_RolesOfOldSuites_GetOneOnTheFirstMonitor()
    {
        var layout = CephLayout.From(TestMachines.With(["mon.1", "osd.0"], ["mon.0", "mds.0"]), "ceph").WithManager();
        var manager = Assert.Single(layout.OfType("mgr"));
        Assert.Equal(("mgr.x", "n2"), (manager.Name, manager.Remote.ShortName));
        Assert.Same(layout, layout.WithManager());
    }

    [Fact]
    public void MetadataServer_WithANumber_HasANameThatCephTakes()
    {
        var server = Assert.Single(CephLayout.From(TestMachines.With(["mon.a", "mds.0"]), "ceph").OfType("mds"));
        Assert.Equal(("mds.0", "mds.mds0", "/var/lib/ceph/mds/ceph-mds0"), (server.Role, server.Name, server.DataDirectory));
    }
}
