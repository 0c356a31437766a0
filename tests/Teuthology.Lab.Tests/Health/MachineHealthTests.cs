using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>Machines that do not come up: others take their place, and they rest.</summary>
public sealed class MachineHealthTests
{
    private static readonly MachineRequest Two = new() { Count = 2, Owner = "me@here", Description = "a job" };

    [Fact]
    public async Task Acquire_MachineThatDoesNotComeUp_TakesAnotherAndCountsTheFailure()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        var machines = new FakeProvisioner(3) { OnStart = (name, _) => name == "f1" ? throw new IOException("no disk") : Task.CompletedTask };
        var told = new Reports();

        await using var lease = await Lab(fixture, machines).AcquireAsync(Two, told, default);

        Assert.Equal(["f2", "f3"], lease.Machines.Select(m => m.Name));
        Assert.Equal(["f2", "f3"], await fixture.LockedAsync());
        Assert.Contains("f1 did not come up; the job takes other machines", told.Lines);
        var ill = await fixture.Store.FindAsync("f1", default);
        Assert.Equal((true, 1), (ill!.Up, ill.Failures));
    }

    [Fact]
    public async Task Acquire_SameMachineFailsAgainAndAgain_IsTakenOutWithTheReasonAndTriedLater()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        var broken = true;
        var machines = new FakeProvisioner(3) { OnStart = (name, _) => name == "f1" && broken ? throw new IOException("no disk") : Task.CompletedTask };
        var lab = Lab(fixture, machines);
        for (var job = 0; job < 3; job++)
            await (await lab.AcquireAsync(Two, null, default)).DisposeAsync();
        var out1 = (await fixture.Store.FindAsync("f1", default))!;
        Assert.Equal((false, 3, "no disk"), (out1.Up, out1.Failures, out1.DownReason));
        var starts = machines.Calls.Count(c => c == "start f1");

        await (await lab.AcquireAsync(Two, null, default)).DisposeAsync();
        Assert.Equal(starts, machines.Calls.Count(c => c == "start f1"));

        broken = false;
        fixture.Clock.Advance(TimeSpan.FromMinutes(11));
        await using (var lease = await lab.AcquireAsync(Two with { Count = 3 }, null, default))
            Assert.Equal(["f1", "f2", "f3"], lease.Machines.Select(m => m.Name));
        var well = (await fixture.Store.FindAsync("f1", default))!;
        Assert.Equal((true, 0, null), (well.Up, well.Failures, well.DownReason));
    }

    [Fact]
    public async Task Acquire_EveryMachineFails_GivesUpWithTheReason()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        var machines = new FakeProvisioner(9) { OnStart = (_, _) => throw new IOException("no disk") };

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => Lab(fixture, machines).AcquireAsync(Two with { Count = 1 }, null, default));

        Assert.Contains("no disk", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, machines.Calls.Count(c => c.StartsWith("start ", StringComparison.Ordinal)));
        Assert.Empty(await fixture.LockedAsync());
    }

    [Fact]
    public async Task Report_MachineOfALease_IsNotGivenToTheJobThatRefusesIt()
    {
        await using var fixture = await StoreFixture.CreateAsync(0);
        var lab = Lab(fixture, new FakeProvisioner(3));
        await using (var first = await lab.AcquireAsync(Two, null, default))
            await first.ReportAsync("f1", "its disk is full", default);

        await using var second = await lab.AcquireAsync(Two with { Without = ["f1"] }, null, default);

        Assert.Equal(["f2", "f3"], second.Machines.Select(m => m.Name));
        Assert.Equal(1, (await fixture.Store.FindAsync("f1", default))!.Failures);
    }

    private static LeasedLab Lab(StoreFixture fixture, FakeProvisioner machines) => new(machines, fixture.Store, NullLogger<LeasedLab>.Instance);
}
