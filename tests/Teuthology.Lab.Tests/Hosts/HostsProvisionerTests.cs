namespace Teuthology.Lab.Tests;

/// <summary>What happens to a host around its deployment, whichever service that is.</summary>
public sealed class HostsProvisionerTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-hosts-").FullName;
    private readonly FakeShell _shell = new();
    private readonly FakeReimager _reimager = new();
    private StoreFixture _store = null!;

    public async Task InitializeAsync() => _store = await StoreFixture.CreateAsync(0, TimeProvider.System);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Start_Host_IsDeployedSettledAskedAndHasItsNewKey()
    {
        using var sshd = new Greeter();

        var machine = await (await ProvisionerAsync(sshd)).StartAsync(new MachineOrder("smithi001") { OsType = "ubuntu", OsVersion = "22.04" }, null, default);

        Assert.Equal(["deploy smithi001 ubuntu 22.04", "settle smithi001"], _reimager.Calls);
        Assert.Equal(("ssh-ed25519 NEW", "ubuntu", "22.04", "x86_64", true), (machine.HostKey, machine.OsType, machine.OsVersion, machine.Arch, machine.IsPhysical));
        Assert.Equal(LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Systemd, machine.Features);
    }

    [Theory]
    [InlineData(null, null, "deploy smithi001 rocky 9.7")]
    [InlineData("ubuntu", null, "deploy smithi001 ubuntu 22.04")]
    [InlineData("centos", null, "deploy smithi001 centos 9.stream")]
    public async Task Start_SystemLeftOpen_IsTheTypesOrUpstreamsDefault(string? system, string? version, string call)
    {
        using var sshd = new Greeter();
        _reimager.Version = "22.04";
        _shell.Answer = _ => (0, $"os {system ?? "rocky"}\nversion 22.04\narch x86_64\n");

        await (await ProvisionerAsync(sshd, "os_type: rocky, os_version: '9.7', ")).StartAsync(new MachineOrder("smithi001") { OsType = system, OsVersion = version }, null, default);

        Assert.Equal(call, _reimager.Calls[0]);
    }

    [Fact]
    public async Task Start_AnotherSystemThanDeployed_IsRefused()
    {
        using var sshd = new Greeter();

        var error = await Assert.ThrowsAsync<TeuthologyException>(async () => await (await ProvisionerAsync(sshd)).StartAsync(new MachineOrder("smithi001") { OsType = "rocky", OsVersion = "9.7" }, null, default));

        Assert.Equal("Expected smithi001's OS to be rocky 9.7 but found ubuntu 22.04", error.Message);
    }

    [Fact]
    public async Task Start_HostThatStaysSilent_IsNudgedOnceAndToldWithItsAddress()
    {
        using var sshd = new Greeter();
        var provisioner = await ProvisionerAsync(sshd);
        sshd.Dispose();

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => provisioner.StartAsync(new MachineOrder("smithi001") { OsType = "ubuntu" }, null, default));

        Assert.Contains("did not answer SSH within", error.Message);
        Assert.Single(_reimager.Calls, "nudge smithi001");
    }

    [Fact]
    public async Task Stop_Host_IsReleased()
    {
        using var sshd = new Greeter();

        await (await ProvisionerAsync(sshd)).StopAsync("smithi001", default);

        Assert.Equal(["release smithi001"], _reimager.Calls);
    }

    [Fact]
    public async Task Describe_ServiceThatRefusesUs_OffersNothingAndSaysWhy()
    {
        using var sshd = new Greeter();
        _reimager.Obstacle = "FOG: GET http://fog/system/info: 403 Forbidden; check fog.api_token";

        var offer = await (await ProvisionerAsync(sshd)).DescribeAsync(default);

        Assert.Equal((0, "FOG: GET http://fog/system/info: 403 Forbidden; check fog.api_token"), (offer.Machines, offer.Remedy));
    }

    private async Task<HostsProvisioner> ProvisionerAsync(Greeter sshd, string keys = "")
    {
        var config = Path.Combine(_directory, "ssh_config");
        await File.WriteAllTextAsync(config, $"Host smithi001\n HostName 127.0.0.1\n Port {sshd.Port}\n");
        var type = SiteFile.Type($"machine_types: {{smithi: {{provisioner: static, {keys}machines: [smithi001]}}}}", "smithi");
        return new HostsProvisioner(type, new MachineInventory(type, _store.Store), _reimager, _shell, SiteConfig.Empty with { SshConfigPath = config }, TimeProvider.System) { Pause = TimeSpan.FromMilliseconds(10) };
    }

    private sealed class FakeReimager : IReimager
    {
        public List<string> Calls { get; } = [];

        public string? Obstacle { get; set; }

        public string? Version { get; set; }

        public string Kind => "fake";

        public bool Reimages => true;

        public TimeSpan SshDeadline => TimeSpan.FromMilliseconds(200);

        public Task<string?> ObstacleAsync(CancellationToken cancellationToken) => Task.FromResult(Obstacle);

        public Task<string?> DeployAsync(Machine host, MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
        {
            Calls.Add($"deploy {host.Name} {order.OsType} {order.OsVersion}");
            return Task.FromResult(Version);
        }

        public Task NudgeAsync(Machine host, IProgress<string>? progress, CancellationToken cancellationToken)
        {
            Calls.Add($"nudge {host.Name}");
            return Task.CompletedTask;
        }

        public Task SettleAsync(Machine host, IMachineShell shell, CancellationToken cancellationToken)
        {
            Calls.Add($"settle {host.Name}");
            return Task.CompletedTask;
        }

        public Task ReleaseAsync(Machine host, CancellationToken cancellationToken)
        {
            Calls.Add($"release {host.Name}");
            return Task.CompletedTask;
        }
    }
}
