using Microsoft.Extensions.DependencyInjection;

namespace Teuthology.Lab.Tests;

/// <summary>The loopback lab with a real sshd, entered by the real ssh.</summary>
public sealed class LoopbackTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("teuthology-loopback-");
    private ServiceProvider _services = null!;
    private EmbeddedLab _lab = null!;

    public Task InitializeAsync()
    {
        _services = LoopbackHolder.Services(_directory.FullName);
        _lab = _services.GetRequiredService<EmbeddedLab>();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await (await _lab.OpenAsync(CancellationToken.None)).Provisioner.DownAsync(CancellationToken.None);
        await _services.DisposeAsync();
        _directory.Delete(recursive: true);
        Assert.Empty(Marked());
    }

    [SkippableFact]
    public async Task Acquire_TwoNodes_HaveNamesAndHomesOfTheirOwn()
    {
        await using var lease = await AcquireAsync(2);

        Assert.Equal(["lo1", "lo2"], lease.Machines.Select(m => m.Name));
        foreach (var machine in lease.Machines)
        {
            var (status, output) = await SshAsync(machine, "hostname; hostname -I; echo $HOME $PWD $TMPDIR; id -un; sudo -u root id -u; X=1 sudo sh -c 'echo $0'");
            var home = Path.Combine(_directory.FullName, "loopback", "nodes", machine.Name);
            Assert.Equal(0, status);
            Assert.Equal([machine.Name, machine.Address, $"{home}/home {home}/home {home}/tmp", machine.User, $"{await ToolRunIdAsync()}", "sh"], output.Trim().Split('\n'));
        }

        Assert.NotEqual(lease.Machines[0].HostKey, lease.Machines[1].HostKey);
    }

    [SkippableFact]
    public async Task LogDirectory_WhileTheLeaseLasts_HasTheConsoles()
    {
        var lease = await AcquireAsync(1);
        await File.AppendAllTextAsync(Path.Combine(_directory.FullName, "loopback", "nodes", "lo1", "etc", "sshd.log"), "a line\n");
        Assert.Equal(["lo1.log"], Directory.GetFiles(lease.LogDirectory!).Select(Path.GetFileName));
        Assert.Contains("a line", await File.ReadAllTextAsync(Path.Combine(lease.LogDirectory!, "lo1.log")));

        await lease.DisposeAsync();

        Assert.False(Directory.Exists(lease.LogDirectory));
    }

    [SkippableFact]
    public async Task Session_ExitStatusAndStreams_ComeThrough()
    {
        await using var lease = await AcquireAsync(1);

        Assert.Equal(7, (await SshAsync(lease.Machines[0], "exit 7")).Status);
        Assert.Equal((0, "'a b' \"c\"\n"), await SshAsync(lease.Machines[0], "printf '%s\\n' \"'a b' \\\"c\\\"\""));
    }

    [SkippableFact]
    public async Task Dispose_NodeWithDaemonsAndLockedDirectories_LeavesNothing()
    {
        var lease = await AcquireAsync(1);
        var machine = lease.Machines[0];
        await SshAsync(machine, "mkdir -p d/e && chmod 000 d; setsid nohup sleep 1000 >/dev/null 2>&1 & (setsid sh -c 'sleep 1001 & sleep 1002' >/dev/null 2>&1 &)");
        Assert.True(Marked().Count >= 3);

        await lease.DisposeAsync();

        Assert.Empty(Marked());
        Assert.False(Directory.Exists(Path.Combine(_directory.FullName, "loopback", "nodes", machine.Name)));
        Assert.NotEqual(0, (await SshAsync(machine, "true")).Status);
    }

    [SkippableFact]
    public async Task Acquire_AfterAnotherLease_GivesAFreshMachine()
    {
        string key;
        await using (var first = await AcquireAsync(1))
        {
            key = first.Machines[0].HostKey!;
            await SshAsync(first.Machines[0], "touch ~/mine $TMPDIR/mine");
        }

        await using var second = await AcquireAsync(1);
        Assert.Equal((0, ""), await SshAsync(second.Machines[0], "ls -A ~ $TMPDIR | grep mine; true"));
        Assert.NotEqual(key, second.Machines[0].HostKey);
    }

    [SkippableFact]
    public async Task CollectGarbage_NodesOfAKilledController_AreRemovedAndHeldOnesStay()
    {
        await using var lease = await AcquireAsync(1);
        var lab = await _lab.OpenAsync(CancellationToken.None);
        var orphan = await lab.Provisioner.StartAsync("lo3", null, CancellationToken.None);
        Assert.Equal(orphan, await lab.Provisioner.FindAsync("lo3", CancellationToken.None));

        Assert.Equal(["loopback machine lo3"], await lab.CollectGarbageAsync(CancellationToken.None));

        Assert.Equal(["lo1"], (await lab.Provisioner.StatusAsync(CancellationToken.None)).Where(n => n.Up).Select(n => n.Name));
        Assert.Null(await lab.Provisioner.FindAsync("lo3", CancellationToken.None));
        Assert.Equal(0, (await SshAsync(lease.Machines[0], "true")).Status);
    }

    [SkippableFact]
    public async Task Acquire_AfterAnotherControllerWasKilled_CleansUpBehindIt()
    {
        await DescribeAsync();
        using var other = LeaseClient.Start("loopback-holder", _directory.FullName, "4");
        var holds = await other.StandardOutput.ReadLineAsync();
        Assert.True(holds == "holds lo1 lo2 lo3 lo4", holds ?? await other.StandardError.ReadToEndAsync());
        var left = Marked();
        other.Kill();
        await other.WaitForExitAsync();

        await using var lease = await AcquireAsync(1);

        Assert.Equal(["lo1"], (await (await _lab.OpenAsync(CancellationToken.None)).Provisioner.StatusAsync(CancellationToken.None)).Select(n => n.Name));
        Assert.True(left.Count >= 4);
        Assert.Empty(left.Intersect(Marked()));
        Assert.Equal(1, (await _services.GetRequiredService<LeaseStore>().ListAsync(CancellationToken.None)).Count(n => n.Locked));
    }

    [SkippableFact]
    public async Task Acquire_WithRoot_IsRefused()
    {
        await DescribeAsync();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => _lab.AcquireAsync(Want(1) with { Features = LabFeatures.Root }, null, CancellationToken.None));
        Assert.Contains("a shell over SSH only", error.Message);
        Assert.Contains("TEUTHOLOGY_LAB", error.Message);
    }

    private static MachineRequest Want(int count) => new() { Count = count, Owner = "me@here", Description = "a test" };

    private static async Task<int> ToolRunIdAsync() => int.Parse((await SshClient.ReadAsync("id", "-u")).Output);

    private static Task<(int Status, string Output)> SshAsync(Machine machine, string command) => SshClient.RunAsync(machine, command);

    private async Task DescribeAsync()
    {
        var offer = await _lab.DescribeAsync(CancellationToken.None);
        Skip.If(offer.Machines == 0, offer.Remedy);
    }

    private async Task<IMachineLease> AcquireAsync(int count)
    {
        await DescribeAsync();
        return await _lab.AcquireAsync(Want(count), null, CancellationToken.None);
    }

    private IReadOnlyList<int> Marked() => ProcessesOf.Mentioning(_directory.FullName);
}
