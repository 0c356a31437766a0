using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>Machine types of a site: static hosts are the sshds of a loopback lab, reached by OpenSSH's configuration as real hosts are.</summary>
public sealed class SiteLabTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-site-").FullName;
    private LoopbackProvisioner _sshds = null!;

    public Task InitializeAsync()
    {
        _sshds = new LoopbackProvisioner(new LabOptions { Kind = "loopback", StateDirectory = Path.Combine(_directory, "hosts"), MaxNodes = 2 }, TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _sshds.DownAsync(CancellationToken.None);
        Directory.Delete(_directory, recursive: true);
    }

    [SkippableFact]
    public async Task Acquire_StaticHosts_AreLeasedAndToldWithWhatTheyAre()
    {
        var hosts = await HostsAsync();
        await using var services = Services($$"""
            machine_types:
              rack:
                provisioner: static
                machines: {h1: {ssh_pub_key: '{{hosts[0].HostKey}}' } }
            """);
        var lab = services.GetRequiredService<ILab>();
        // h2 is the store's, as `teuthology lock` or paddles' API put it there
        await services.GetRequiredService<LeaseStore>().RegisterAsync([new NodeRecord { Name = "h2", MachineType = "rack", SshPubKey = hosts[1].HostKey }], CancellationToken.None);

        var lease = await lab.AcquireAsync(Want(2, "rack"), null, CancellationToken.None);

        var (system, version) = HostSystem.Read();
        Assert.Equal(["h1", "h2"], lease.Machines.Select(m => m.Name));
        Assert.All(lease.Machines, m => Assert.Equal((system, version, Environment.UserName), (m.OsType, m.OsVersion, m.User)));
        Assert.Equal(hosts[0].HostKey, lease.Machines[0].HostKey);
        Assert.Equal(hosts[1].SshPort, lease.Machines[1].SshPort);
        var busy = await Assert.ThrowsAsync<TeuthologyException>(() => lab.AcquireAsync(Want(1, "rack") with { Wait = false }, null, CancellationToken.None));
        Assert.Contains("not enough machines are available", busy.Message);
        await lease.DisposeAsync();
        await using var again = await lab.AcquireAsync(Want(1, "rack") with { Wait = false }, null, CancellationToken.None);
        Assert.NotEqual(lease.Fence, again.Fence);
        Assert.Equal(hosts[0].Address, (await lab.FindAsync("h1", CancellationToken.None))!.Address);
    }

    [SkippableFact]
    public async Task Acquire_StaticHostWithAnotherKey_IsRefusedAndFreed()
    {
        var hosts = await HostsAsync();
        await using var services = Services($$"""
            machine_types: {rack: {provisioner: static, machines: {h1: {ssh_pub_key: '{{hosts[1].HostKey}}' } } } }
            """);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => services.GetRequiredService<ILab>().AcquireAsync(Want(1, "rack"), null, CancellationToken.None));

        Assert.Contains("Host key verification failed", error.Message);
        Assert.DoesNotContain(await services.GetRequiredService<LeaseStore>().ListAsync(CancellationToken.None), n => n.Locked);
    }

    [Fact]
    public async Task Describe_TypesOfASite_AreProbedEach()
    {
        await using var services = Services("""
            machine_types:
              rack: {provisioner: static, machines: [a, b], features: [root]}
              empty: {provisioner: static}
              odd: {provisioner: carrier-pigeon}
            """);
        var lab = services.GetRequiredService<SiteLab>();

        var offers = await lab.DescribeAllAsync(CancellationToken.None);

        Assert.Equal(["rack 2 Root", "empty 0 None", "odd 0 None"], offers.Select(o => $"{o.Kind} {o.Machines} {o.Features}"));
        Assert.Contains("machine_types.empty.machines", offers[1].Remedy);
        Assert.Contains("site.yaml:4:3: 'machine_types.odd.provisioner' is 'carrier-pigeon'", offers[2].Remedy);
    }

    [Fact]
    public async Task Acquire_UnknownType_NamesThoseThatThereAre()
    {
        await using var services = Services("machine_types: {rack: {provisioner: static, machines: [a]}}");

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => services.GetRequiredService<ILab>().AcquireAsync(Want(1, "rick"), null, CancellationToken.None));

        Assert.Equal("The machine_type 'rick' is not known to any of configured provisioners; did you mean 'rack'?", error.Message);
    }

    [Fact]
    public async Task Describe_UnknownKeyOfAType_IsToldWithItsPlace()
    {
        await using var services = Services("machine_types:\n  rack:\n    provisioner: static\n    machine: [a]\n");

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => services.GetRequiredService<ILab>().DescribeAsync("rack", CancellationToken.None));

        Assert.Equal("site.yaml:4:5: 'machine_types.rack.machine' is no key that is known; did you mean 'machines'?", error.Message);
    }

    [Fact]
    public async Task AddSiteLab_NoMachineTypes_LeavesTheEmbeddedLab()
    {
        await using var services = Services("lab_domain: example.com");

        Assert.IsType<EmbeddedLab>(services.GetRequiredService<ILab>());
    }

    private static MachineRequest Want(int count, string type) => new() { Count = count, Owner = "me@here", Description = "test", MachineType = type };

    private ServiceProvider Services(string yaml) => new ServiceCollection()
        .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
        .AddEmbeddedLab(new LabOptions { StateDirectory = Path.Combine(_directory, "state"), Kind = "loopback", MaxNodes = 2 })
        .AddSiteLab(SiteFile.Read(yaml) with { SshConfigPath = Path.Combine(_directory, "ssh_config"), TestUser = Environment.UserName })
        .BuildServiceProvider();

    private async Task<List<Machine>> HostsAsync()
    {
        var offer = await _sshds.DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines < 2, offer.Remedy);
        await _sshds.PrepareAsync(null, CancellationToken.None);
        var hosts = new List<Machine>();
        foreach (var name in _sshds.MachineNames)
            hosts.Add(await _sshds.StartAsync(name, null, CancellationToken.None));
        await File.WriteAllLinesAsync(
            Path.Combine(_directory, "ssh_config"), hosts.Select((host, i) => $"Host h{i + 1}\n HostName {host.Address}\n Port {host.SshPort}\n IdentityFile {host.IdentityFile}"));
        return hosts;
    }
}
