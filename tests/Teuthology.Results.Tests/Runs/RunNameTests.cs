namespace Teuthology.Results.Tests;

public sealed class RunNameTests
{
    [Fact]
    public void ToString_SuiteWithSlash_WritesColons()
    {
        var name = new RunName { User = "me", Scheduled = new DateTime(2026, 1, 2, 3, 4, 5), Suite = "rbd/basic", MachineType = "root" };

        Assert.Equal("me-2026-01-02_03:04:05-rbd:basic-main-distro-default-root", name.ToString());
    }

    [Theory]
    [InlineData("teuthology-2014-06-23_19:00:37-rados-dumpling-testing-basic-plana", "teuthology", "rados", "dumpling", "testing", "basic", "plana")]
    [InlineData("ubuntu-2015-07-24_09:03:29-dummy-master---basic-openstack", "ubuntu", "dummy", "master", "-", "basic", "openstack")]
    [InlineData("a-b-2026-01-02_03:04:05-rbd:basic-wip-my-thing-distro-default-root", "a-b", "rbd:basic", "wip-my-thing", "distro", "default", "root")]
    public void TryParse_UpstreamNames_GivesTheirParts(
        string text, string user, string suite, string branch, string kernel, string flavor, string machineType)
    {
        Assert.True(RunName.TryParse(text, out var name));
        Assert.Equal(
            (user, suite, branch, kernel, flavor, machineType),
            (name.User, name.Suite, name.Branch, name.Kernel, name.Flavor, name.MachineType));
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("just-a-name")]
    [InlineData("me-2026-13-45_99:99:99-rbd-main-distro-default-root")]
    public void TryParse_OtherNames_SaysNo(string text) => Assert.False(RunName.TryParse(text, out _));
}
