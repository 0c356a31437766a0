namespace Teuthology.Lab.Tests;

/// <summary>Which libvirt carries which machine.</summary>
public sealed class LibvirtHostsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-libvirt-").FullName;
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("", "vm1", "qemu:///system")]
    [InlineData("uri: 'qemu+ssh://root@{vpshost}/system', vpshost: senta01", "vm1", "qemu+ssh://root@senta01/system")]
    [InlineData("uri: 'test:///default', vpshost: senta01", "vm1", "test:///default")]
    [InlineData("vpshost: mira01", "vm1", "qemu+ssh://ubuntu@mira01.front/system?no_tty=1")]
    [InlineData("vpshost: mira01.front.example.com", "vm1", "qemu+ssh://ubuntu@mira01.front/system?no_tty=1")]
    [InlineData("vpshost: elsewhere", "vm1", "qemu+ssh://elsewhere/system?no_tty=1")]
    [InlineData("vpshost: elsewhere", "vm2", "test:///other")]
    public async Task Of_Machine_IsFoundByUriHostAndAlias(string keys, string machine, string uri)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "libvirt.conf"), """
            # uri_aliases = [ "mira01=wrong" ]
            uri_aliases = [
              'mira01=qemu+ssh://ubuntu@mira01.front/system?no_tty=1',
              "mira02=qemu+ssh://ubuntu@mira02.front/system",
            ]
            uri_default = "qemu:///system"
            """);
        var yaml = $"machine_types: {{vps: {{provisioner: libvirt, machines: {{vm1: , vm2: {{vpshost: 'test:///other'}}}}{(keys.Length > 0 ? $", {keys}" : "")}}}}}";

        Assert.Equal(uri, (await Hosts(yaml).OfAsync(SiteFile.Type(yaml, "vps").Machines.Single(m => m.Name == machine), default)).Virsh.Uri);
    }

    [Fact]
    public async Task Of_MachineOfTheLockServer_IsOnTheHostThatItTells()
    {
        using var server = new ReplayServer();
        server.On("GET", "/nodes/vm1.front.example.com/", """{"name": "vm1.front.example.com", "machine_type": "vps", "is_vm": true, "vm_host": {"name": "mira07.front.example.com"}}""");
        const string yaml = "lab_domain: front.example.com\nmachine_types: {vps: {provisioner: libvirt, machines: [vm1]}}";
        var hosts = Hosts(yaml, server.Url);

        Assert.Equal("qemu+ssh://mira07.front.example.com/system?no_tty=1", (await hosts.OfAsync(new MachineEntry { Name = "vm1" }, default)).Virsh.Uri);
        await hosts.OfAsync(new MachineEntry { Name = "vm1" }, default);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Of_MachineThatNobodyPlaces_SaysWhatToSet()
    {
        const string yaml = "machine_types: {vps: {provisioner: libvirt, machines: [vm1], uri: 'qemu+ssh://{vpshost}/system'}}";

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Hosts(yaml).OfAsync(new MachineEntry { Name = "vm1" }, default));

        Assert.Contains("nobody tells which host carries vm1", error.Message);
    }

    [SkippableFact]
    public async Task Obstacle_PoolThatIsNotThere_SaysHowToMakeIt()
    {
        Skip.If(ToolRun.Find("virsh") is null, "no virsh: apt-get install libvirt-clients");
        const string yaml = "machine_types: {vps: {provisioner: libvirt, uri: 'test:///default'}}";
        var host = await Hosts(yaml).OfAsync(new MachineEntry { Name = "vm1" }, default);

        Assert.Contains("test:///default has no running storage pool 'default' (it has: default-pool): virsh -c test:///default pool-define-as default dir", await host.ObstacleAsync(default));
        Assert.Equal(("test", null), Assert.Single(await host.DomainsAsync(default)));
        Assert.Equal(["default"], await host.NetworksAsync(default));
    }

    [SkippableFact]
    public async Task Obstacle_NobodyAnswers_SaysSo()
    {
        Skip.If(ToolRun.Find("virsh") is null, "no virsh: apt-get install libvirt-clients");
        const string yaml = "machine_types: {vps: {provisioner: libvirt, uri: 'qemu+unix:///system?socket=/no/such/sock'}}";
        var host = await Hosts(yaml).OfAsync(new MachineEntry { Name = "vm1" }, default);

        Assert.Contains("start libvirtd there", await host.ObstacleAsync(default));
    }

    private LibvirtHosts Hosts(string yaml, string? lockServer = null)
    {
        var site = SiteFile.Read(yaml) with { LockServer = lockServer, LabDomain = (string?)SiteFile.Read(yaml).All.Get("lab_domain") ?? "" };
        return new LibvirtHosts(LibvirtOptions.Read(SiteFile.Type(yaml, "vps"), site, "store", _ => null), site, _http, _directory, TimeProvider.System) { AliasFiles = [Path.Combine(_directory, "libvirt.conf")] };
    }
}
