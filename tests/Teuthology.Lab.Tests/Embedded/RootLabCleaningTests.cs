using System.Diagnostics;

namespace Teuthology.Lab.Tests;

/// <summary>What is left on the host of a root lab: nothing.</summary>
public sealed class RootLabCleaningTests : RootLabTest
{
    [SkippableFact]
    public async Task Stop_MachineWithStubbornProcesses_LeavesNothingOfIt()
    {
        NeedRoot();
        var machine = (await StartAsync("n1"))[0];
        await SshAsync(machine, "sudo sh -c 'trap \"\" TERM HUP INT; mount -t tmpfs t /mnt; unshare --net --mount setsid sleep 1000 </dev/null >/dev/null 2>&1 &'");
        await SshAsync(machine, "sudo install -d -m 000 /locked; sudo chattr +i /etc/hosts 2>/dev/null; true");
        Assert.NotEmpty(Traces.Processes());

        await Lab.StopAsync("n1", CancellationToken.None);

        Assert.Empty(Traces.Processes());
        Assert.Empty(await Lab.StatusAsync(CancellationToken.None));
        Assert.Null(await Lab.FindAsync("n1", CancellationToken.None));
    }

    [SkippableFact]
    public async Task Down_MachinesUp_LeavesNothing()
    {
        NeedRoot();
        await StartAsync("n1", "n2", "n3");
        Assert.NotEmpty(Traces.Find());

        await Lab.DownAsync(CancellationToken.None);

        Assert.Empty(Traces.Find());
    }

    [SkippableFact]
    public async Task Start_Cancelled_LeavesNoMachine()
    {
        NeedRoot();
        using var cancel = new CancellationTokenSource();
        var starting = Lab.StartAsync("n1", null, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Empty(await Lab.StatusAsync(CancellationToken.None));
        Assert.Empty(Traces.Processes());
    }

    [SkippableFact]
    public async Task TwoLabs_SameNamesAndAddresses_DoNotMeet()
    {
        NeedRoot();
        var elsewhere = Directory.CreateTempSubdirectory("teuthology-root-");
        var options = Options with { StateDirectory = elsewhere.FullName };
        var other = new RootProvisioner(options, TimeProvider.System);
        await other.PrepareAsync(null, CancellationToken.None);
        var theirs = await other.StartAsync("n1", null, CancellationToken.None);
        var ours = (await StartAsync("n1"))[0];
        Assert.Equal(ours.Address, theirs.Address);
        Assert.NotEqual(ours.HostKey, theirs.HostKey);

        await other.DownAsync(CancellationToken.None);
        elsewhere.Delete(recursive: true);

        Assert.Empty(new LabTraces(options).Find());
        Assert.Equal("n1", await SshAsync(ours, "hostname"));
    }

    [SkippableFact]
    public async Task CollectGarbage_ControllerKilledWithMachinesUp_RemovesWhatNobodyHolds()
    {
        NeedRoot();
        using var controller = LeaseClient.Start("root-lab", Options.StateDirectory, "n1", "n2");
        while (await controller.StandardOutput.ReadLineAsync() is { } line && line != "up")
        {
        }

        await KillAsync(controller);
        Assert.Equal(2, (await Lab.StatusAsync(CancellationToken.None)).Count(s => s.Up));

        Assert.Equal(["machine n2 (10.99.0.12)"], await Lab.CollectGarbageAsync(name => name == "n1", CancellationToken.None));
        Assert.NotNull(await Lab.FindAsync("n1", CancellationToken.None));
        Assert.Equal(["machine n1 (10.99.0.11)", $"network {Traces.Id}"], await Lab.CollectGarbageAsync(_ => false, CancellationToken.None));
        Assert.Empty(Traces.Find());
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(80)]
    [InlineData(160)]
    public async Task CollectGarbage_ControllerKilledWhileMachinesStart_LeavesNothing(int milliseconds)
    {
        NeedRoot();
        using var controller = LeaseClient.Start("root-lab", Options.StateDirectory, "n1", "n2", "n3");
        Assert.Equal("starting", await controller.StandardOutput.ReadLineAsync());
        await Task.Delay(milliseconds);
        await KillAsync(controller);

        await Lab.CollectGarbageAsync(_ => false, CancellationToken.None);

        // A script of the dead controller may have been about to begin: what it makes, the next call finds
        await SettledAsync();
        await Lab.CollectGarbageAsync(_ => false, CancellationToken.None);
        Assert.Empty(Traces.Processes());
        Assert.Empty(await Lab.StatusAsync(CancellationToken.None));
    }

    private async Task SettledAsync()
    {
        while (Traces.Processes().Any(p => p.Contains(".sh up n", StringComparison.Ordinal)))
            await Task.Delay(20);
    }

    private static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }
}
