using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Testing.OpenStack;
using Xunit.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>Servers that a job gave back and the next job of the run gets; they really boot.</summary>
public sealed class ServerReuseTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly MachineOrder First = new("openstack001") { OsType = "debian", OsVersion = "12", Run = "run", Job = "1", Owner = "me@here" };
    private static readonly MachineOrder Second = First with { Name = "openstack002", Job = "2" };
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-reuse-").FullName;
    private LabMachines? _machines;
    private LabCloud? _cloud;
    private FleetSite? _site;

    private LabCloud Cloud => _cloud!;

    private JsonObject Server => Assert.Single(Cloud.Servers.All);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        if (_cloud is not null)
            await _cloud.DisposeAsync();
        if (_machines is not null)
            await _machines.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [SkippableFact]
    public async Task Start_AfterAnotherJobOfTheRun_GetsItsServerWithoutItsFiles()
    {
        var site = await OpenAsync("volumes: {count: 1, size: 1}");
        var machine = await StartAsync(First);
        var id = (string)Server["id"]!;
        await ShAsync(machine, "echo secret | sudo tee /secret /var/tmp/secret ~/secret; setsid sleep 1000 </dev/null >/dev/null 2>&1 &");
        var volume = (string)Assert.Single(Cloud.Volumes.All)["id"]!;
        await site.Provisioner.StopAsync(First.Name, default);

        Assert.Equal("PAUSED", (string)Server["status"]!);
        Assert.Equal("idle", (string)Server["metadata"]!["teuthology-use"]!);
        Assert.Equal(0, Cloud.Volumes.Count);
        Assert.Empty(await site.Lab.CollectGarbageAsync(default));
        Assert.Null(await site.Provisioner.FindAsync(First.Name, default));

        var again = await StartAsync(Second);

        Assert.Equal((id, "teuthology-openstack002"), ((string)Server["id"]!, (string)Server["name"]!));
        Assert.Equal(("openstack002", "2", "job"), ((string)Server["metadata"]!["teuthology-machine"]!, (string)Server["metadata"]!["teuthology-job"]!, (string)Server["metadata"]!["teuthology-use"]!));
        Assert.Equal("openstack002", (await ShAsync(again, "uname -n")).Trim());
        Assert.Equal("", await ShAsync(again, "sudo ls -d /secret /var/tmp/secret ~/secret 2>/dev/null; pgrep -x sleep; true"));
        Assert.NotEqual(machine.HostKey, again.HostKey);
        Assert.NotEqual(volume, (string)Assert.Single(Cloud.Volumes.All)["id"]!);
        Assert.Single(Cloud.Calls, call => call == "POST /compute/v2.1/servers");

        await site.Provisioner.StopAsync(Second.Name, default);
        await site.CloseAsync();
        Assert.Empty(Cloud.Left);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_ServerThatIsNotRebuilt_IsReplacedByANewOne(bool refused)
    {
        var site = await OpenAsync();
        await StartAsync(First);
        var id = (string)Server["id"]!;
        await site.Provisioner.StopAsync(First.Name, default);
        if (refused)
            Cloud.RefusesRebuilds = true;
        else
            await Cloud.RemoveServerAsync("teuthology-openstack001");

        var told = new Told();
        await StartAsync(First with { Job = "2" }, told);

        Assert.NotEqual(id, (string)Server["id"]!);
        Assert.Equal(refused, told.Lines.Any(line => line.Contains("could not be rebuilt, a new one is made: nova: cannot rebuild server", StringComparison.Ordinal)));
        await site.Provisioner.StopAsync(First.Name, default);
        await site.CloseAsync();
        Assert.Empty(Cloud.Left);
    }

    [SkippableFact]
    public async Task Start_AnotherSizeWithoutRoom_RemovesIdleServers()
    {
        var site = await OpenAsync();
        Cloud.MaxServers = 1;
        await StartAsync(First);
        await site.Provisioner.StopAsync(First.Name, default);

        var told = new Told();
        await StartAsync(Second with { Needs = new ServerNeeds(3000, 1, 1, 0, 1) }, told);

        Assert.Equal("m1.medium", (string)Server["flavor"]!["original_name"]!);
        Assert.Contains("the quota is used up: servers that wait for a job are removed", told.Lines);
        await site.Provisioner.StopAsync(Second.Name, default);
        await StartAsync(First with { Run = "another" });
        Assert.Equal("another", (string)Server["metadata"]!["teuthology-run"]!);
    }

    [SkippableFact]
    public async Task Stop_WithoutReuse_RemovesTheServer()
    {
        var site = await OpenAsync("reuse: false");
        await StartAsync(First);

        await site.Provisioner.StopAsync(First.Name, default);

        Assert.Equal(0, Cloud.Servers.Count);
    }

    private async Task<FleetSite> OpenAsync(params string[] lines)
    {
        var state = Path.Combine(_directory, "cloud");
        (_machines, var obstacle) = await LabMachines.TryOpenAsync(state, 2);
        Skip.If(_machines is null, $"servers that boot need a lab of kind root: {obstacle}");
        _cloud = await LabCloud.StartAsync(_machines!);
        return _site = FleetSite.Open(
            _directory, Cloud.Environment, ["images: {debian-12: Debian 12}", "machine: {ram: 512, disk: 1, cpus: 1}", $"namespace: {LabMachines.NamespaceOf(state)}", .. lines]);
    }

    private async Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress = null)
    {
        var start = Stopwatch.GetTimestamp();
        var machine = await _site!.Provisioner.StartAsync(order, progress, default);
        output.WriteLine($"job {order.Job} had its server after {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        return machine;
    }

    private async Task<string> ShAsync(Machine machine, string command)
    {
        var shell = new OpenSshShell(["nsenter", $"--net={_machines!.Namespace}", "--"]);
        var (status, text, errors) = await shell.RunAsync(machine, command, TimeSpan.FromMinutes(2), default);
        Assert.True(status == 0, $"{command}: {status} {errors}");
        return text;
    }
}
