using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class KernelTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [Theory]
    [InlineData("{}", null, "mon.a {branch:distro,sha1:distro}", "client.0 {branch:distro,sha1:distro}")]
    [InlineData("{sha1: abc, kdb: true}", null, "mon.a {kdb:true,sha1:abc}", "client.0 {kdb:true,sha1:abc}")]
    [InlineData("{client: {tag: v3}}", null, "client.0 {tag:v3}")]
    [InlineData("{client: {tag: v3}, client.0: {branch: own}}", null, "client.0 {branch:own}")]
    [InlineData("{client: }", null, "client.0 {branch:distro,sha1:distro}")]
    [InlineData("{client: {branch: a, kdb: true}}", "{client.0: {tag: b}}", "client.0 {kdb:true,tag:b}")]
    [InlineData("{client: {branch: a}}", "{client: {kdb: false}}", "client.0 {branch:a,kdb:false}")]
    public void Read_RolesAndOverrides_GiveOneKernelAHost(string config, string? overrides, params string[] expected) =>
        Assert.Equal(expected, Read(config, overrides).Hosts.Select(h => $"{h.Role} {CanonicalJson.Write(h.Config)}".Replace("\"", "")));

    [Fact]
    public void Read_Timeout_OfTheOverrideWins()
    {
        Assert.Equal(300, Read("{}", null).Timeout.TotalSeconds);
        Assert.Equal(180, Read("{timeout: 180}", null).Timeout.TotalSeconds);
        Assert.Equal(60, Read("{timeout: 180}", "{timeout: 60}").Timeout.TotalSeconds);
    }

    [Theory]
    [InlineData("{mon.a: {tag: a}, osd.0: {tag: b}}", "everything on the same host must use the same kernel; n1 has mon.a and osd.0")]
    [InlineData("{mds: {tag: a}}", "'mds' is neither a role nor a kind of role of this job")]
    [InlineData("{client: {tga: a}}", "unknown key 'client.tga'; did you mean 'tag'?")]
    [InlineData("{client: v3}", "'client' must be a mapping")]
    [InlineData("{timeout: soon}", "'timeout' must be a positive number of seconds")]
    public void Read_WhatMakesNoSense_IsTold(string config, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Read(config, null)).Message);

    [Theory]
    [InlineData("6.1.0-18-amd64", "6.1.0-18-amd64", false, true)]
    [InlineData("6.1.0-18-amd64", "6.1.0-19-amd64", false, false)]
    [InlineData("3.13.0-rc3-ceph-00049-ge2817b3", "e2817b3aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, true)]
    [InlineData("3.13.0-rc3-ceph-00049-ge2817b3", "e2817c3aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false, false)]
    [InlineData("3.13.0-rc3-ceph-00049-ge2817b3", "e28", false, false)]
    [InlineData("6.1.0-18-amd64", "e2817b3aaaaa", false, false)]
    [InlineData("5.14.21-150500.55-default", "5.14.21-150500.55.1", true, true)]
    public void IsRunning_ReleaseOrCommit_IsCompared(string running, string wanted, bool suse, bool expected) =>
        Assert.Equal(expected, KernelVersion.IsRunning(running, wanted, suse));

    [Theory]
    [InlineData("/x/linux-image-6.8.0-ceph-g0123456789ab_1_amd64.deb", "0123456789ab")]
    [InlineData("/ceph-g0123456789ab/linux.deb", null)]
    public void CommitOf_PackageName_IsFound(string path, string? expected) => Assert.Equal(expected, KernelVersion.CommitOf(path));

    [SkippableFact]
    public async Task Kernel_MachineWithoutOne_IsPassedOver()
    {
        var result = await host.RunAsync("roles: [[a.0]]\nkernel: {kdb: true, sha1: distro}\ntasks:\n- nop:\n");
        result.ShouldPass();
        Assert.Contains("has no kernel of its own; skipping kernel installation", result.Log());
    }

    private static KernelPlan Read(string config, string? overrides) => KernelPlan.Read(
        (YamlMap)YamlLoader.Load(config, "job.yaml")!, overrides is null ? null : (YamlMap)YamlLoader.Load(overrides, "job.yaml")!, TestMachines.With(["mon.a", "osd.0"], ["client.0"]));
}
