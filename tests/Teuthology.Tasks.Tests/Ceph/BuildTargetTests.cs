using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class BuildTargetTests
{
    // Upstream's addresses, as its docs and logs show them
    [Theory]
    [InlineData("ubuntu", "22.04", "jammy", "http://gitbuilder.ceph.com/ceph-deb-jammy-x86_64-default/ref/main")]
    [InlineData("debian", "12", "bookworm", "http://gitbuilder.ceph.com/ceph-deb-bookworm-x86_64-default/ref/main")]
    [InlineData("centos", "9.stream", "", "http://gitbuilder.ceph.com/ceph-rpm-centos9-x86_64-default/ref/main")]
    [InlineData("rhel", "8.6", "", "http://gitbuilder.ceph.com/ceph-rpm-centos8-x86_64-default/ref/main")]
    [InlineData("rocky", "9.4", "", "http://gitbuilder.ceph.com/ceph-rpm-rocky9-x86_64-default/ref/main")]
    [InlineData("opensuse", "15.5", "", "http://gitbuilder.ceph.com/ceph-rpm-opensuse15-x86_64-default/ref/main")]
    public void GitbuilderUrl_OfASystem_HasItsName(string name, string version, string codename, string expected) =>
        Assert.Equal(expected, Target(name, version, codename).GitbuilderUrl("gitbuilder.ceph.com", new BuildReference("branch", "main")));

    [Theory]
    [InlineData("ubuntu", "22.04", "jammy", "distros=ubuntu%2F22.04%2Fx86_64&ref=main")]
    [InlineData("centos", "9.stream", "", "distros=centos%2F9%2Fx86_64&ref=main")]
    [InlineData("rhel", "9.2", "", "distros=centos%2F9%2Fx86_64&ref=main")]
    [InlineData("alma", "9.4", "", "distros=alma%2F9%2Fx86_64&ref=main")]
    [InlineData("opensuse", "15.5", "", "distros=opensuse%2F15.5%2Fx86_64&ref=main")]
    public void ShamanUrl_OfASystem_SearchesForIt(string name, string version, string codename, string expected) => Assert.Equal(
        "https://shaman.ceph.com/api/search?status=ready&project=ceph&flavor=default&" + expected,
        Target(name, version, codename).ShamanUrl("https://shaman.ceph.com/api/", new BuildReference("branch", "main")));

    [Fact]
    public void ShamanUrl_Sha1WithoutProcessor_SaysSo() => Assert.EndsWith(
        "&distros=debian%2F12%2Fnoarch&sha1=abc", Target("debian", "12", "bookworm").ShamanUrl("http://s/", new BuildReference("sha1", "abc"), noarch: true));

    [Theory]
    [InlineData("{sha1: a, branch: b, tag: t}", "tag t")]
    [InlineData("{sha1: a, branch: b}", "branch b")]
    [InlineData("{sha1: a}", "sha1 a")]
    [InlineData("{branch: b, osd.0: {branch: own}}", "branch own")]
    [InlineData("{branch: b, mon.a: {branch: other}}", "branch b")]
    [InlineData("{branch: b, osd.0: {branch: own}, all: {branch: everyone}}", "branch everyone")]
    [InlineData("{branch: 18}", "branch 18")]
    [InlineData("{project: ceph}", null)]
    public void Choose_ByStrengthAndRole_GivesOne(string config, string? expected) =>
        Assert.Equal(expected, BuildReference.Choose((YamlMap)YamlLoader.Load(config, "job.yaml")!, ["osd.0", "client.0"])?.ToString());

    private static BuildTarget Target(string name, string version, string codename) => new("ceph", "default", new OsFacts(name, version, codename), "x86_64");
}
