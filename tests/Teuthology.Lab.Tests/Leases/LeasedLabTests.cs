using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

public sealed class LeasedLabTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(4, LabFeatures.None, null, "4 machines are asked for, but the fake lab has 3")]
    [InlineData(1, LabFeatures.Root | LabFeatures.Systemd, null, "machines with Systemd are asked for, but those of the fake lab have Root only. buy more")]
    [InlineData(1, LabFeatures.None, "smithi,mira", "type 'smithi' or 'mira'")]
    public async Task Acquire_WhatTheLabNeverHas_IsRefusedAtOnce(int count, LabFeatures features, string? type, string message)
    {
        await using var bench = await BenchAsync(3);
        bench.Machines.Offer = bench.Machines.Offer with { Remedy = "buy more" };
        await bench.Fixture.Store.TryClaimAsync(StoreFixture.Want(3), CancellationToken.None);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => bench.AcquireAsync(Want(count) with { Features = features, MachineType = type }));

        Assert.Contains(message, error.Message);
        Assert.Empty(bench.Machines.Calls);
    }

    [Fact]
    public async Task Acquire_FreeMachines_PreparesStartsAndTellsThem()
    {
        await using var bench = await BenchAsync(3);
        var told = new Reports();

        await using var lease = await bench.Lab.AcquireAsync(Want(2) with { MachineType = "embedded", Features = LabFeatures.Root }, told, CancellationToken.None);

        Assert.Equal(["f1", "f2"], lease.Machines.Select(m => m.Name));
        Assert.Equal("me@here", lease.Owner);
        Assert.Equal("prepare", bench.Machines.Calls.First());
        Assert.Equal(["building the image", "starting f1, f2"], told.Lines);
        var nodes = await bench.Fixture.Store.ListAsync(CancellationToken.None);
        Assert.Equal((true, lease.Fence, "ssh-ed25519 f1", "debian"), (nodes[0].Locked, nodes[0].Fence, nodes[0].SshPubKey, nodes[0].OsType));
    }

    [Fact]
    public async Task Dispose_Lease_StopsTheMachinesBeforeTheyAreFree()
    {
        await using var bench = await BenchAsync(2);
        var lockedAtStop = new List<bool>();
        bench.Machines.OnStop = async name => lockedAtStop.Add((await bench.Fixture.LockedAsync()).Contains(name));
        var lease = await bench.AcquireAsync(Want(2));

        await lease.DisposeAsync();
        await lease.DisposeAsync();

        Assert.Equal([true, true], lockedAtStop);
        Assert.Empty(bench.Machines.Up);
        Assert.Empty(await bench.Fixture.LockedAsync());
    }

    [Fact]
    public async Task Dispose_MachineThatCannotBeStopped_FreesTheOthersAndItself()
    {
        await using var bench = await BenchAsync(2);
        bench.Machines.OnStop = name => name == "f1" ? throw new InvalidOperationException("stuck") : Task.CompletedTask;
        var lease = await bench.AcquireAsync(Want(2));

        await lease.DisposeAsync();

        Assert.Empty(await bench.Fixture.LockedAsync());
        Assert.Equal(["f1"], bench.Machines.Up.Keys);
    }

    [Fact]
    public async Task Acquire_OneMachineFails_GivesEverythingBackAsAnInfrastructureFailure()
    {
        await using var bench = await BenchAsync(3);
        bench.Machines.OnStart = (name, stop) => name == "f2" ? throw new IOException("no disk") : Task.Delay(Timeout.Infinite, stop);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => bench.AcquireAsync(Want(3)).WaitAsync(Patience));

        Assert.Equal(FailureKind.Infrastructure, error.Kind);
        Assert.Contains("no disk", error.Message);
        Assert.Equal(["stop f1", "stop f2", "stop f3"], bench.Machines.Calls.Where(c => c.StartsWith("stop")).Order());
        Assert.Empty(await bench.Fixture.LockedAsync());
    }

    [Fact]
    public async Task Acquire_CancelledWhileMachinesStart_GivesEverythingBack()
    {
        await using var bench = await BenchAsync(2);
        using var cancel = new CancellationTokenSource();
        bench.Machines.OnStart = async (_, stop) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Lab.AcquireAsync(Want(2), null, cancel.Token).WaitAsync(Patience));

        Assert.Empty(await bench.Fixture.LockedAsync());
    }

    [Fact]
    public async Task Acquire_CancelledWhileWaiting_LeavesNothingAndDisturbsNobody()
    {
        await using var bench = await BenchAsync(2);
        await using var lease = await bench.AcquireAsync(Want(2));
        using var cancel = new CancellationTokenSource();
        var wait = bench.Lab.AcquireAsync(Want(1), null, cancel.Token);
        await Eventually.HoldsAsync(async () => (await bench.Fixture.Store.WaitersAsync(CancellationToken.None)).Count == 1, "somebody waits");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Empty(await bench.Fixture.Store.WaitersAsync(CancellationToken.None));
        Assert.Equal(["f1", "f2"], await bench.Fixture.LockedAsync());
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Heartbeat_TimePasses_KeepsTheLease()
    {
        await using var bench = await BenchAsync(1);
        await using var lease = await bench.AcquireAsync(Want(1));
        var end = bench.Fixture.Clock.GetUtcNow().AddMinutes(5);
        while (bench.Fixture.Clock.GetUtcNow() < end)
        {
            bench.Fixture.Clock.Advance(TimeSpan.FromSeconds(12));
            await BeatAsync(bench);
            Assert.Null(await bench.Fixture.Store.TryClaimAsync(Other, CancellationToken.None));
        }

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Lost_LeaseBrokenAndTakenByAnother_LeavesTheOthersMachineAlone()
    {
        await using var bench = await BenchAsync(2);
        var lease = await bench.AcquireAsync(Want(2));
        await bench.Fixture.Store.BreakAsync("me@here", null, CancellationToken.None);
        var other = await bench.Fixture.Store.TryClaimAsync(Other, CancellationToken.None);

        await Eventually.HoldsAsync(
            () =>
            {
                bench.Fixture.Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(lease.Lost.IsCancellationRequested);
            },
            "the lease is lost");
        await lease.DisposeAsync();

        Assert.Equal(["f1"], other!.Nodes);
        Assert.Equal(["stop f2"], bench.Machines.Calls.Where(c => c.StartsWith("stop")));
        Assert.Equal(["f1"], await bench.Fixture.LockedAsync());
    }

    [Fact]
    public async Task Acquire_LeftoversOfADeadController_AreCollectedButHeldMachinesStay()
    {
        await using var bench = await BenchAsync(3);
        await bench.Fixture.Store.RegisterAsync(bench.Machines.MachineNames.Select(n => StoreFixture.Node(n, "fake")), CancellationToken.None);
        var dead = ControllerProcess.Current with { StartTicks = 1 };
        await bench.Fixture.Store.TryClaimAsync(Other with { Count = 2, Controller = dead }, CancellationToken.None);
        await bench.Fixture.Store.TryClaimAsync(Other, CancellationToken.None);
        foreach (var name in bench.Machines.MachineNames.Append("f9"))
            bench.Machines.Up[name] = true;

        await using var lease = await bench.AcquireAsync(Want(2));

        Assert.Equal(["f1", "f2"], lease.Machines.Select(m => m.Name));
        Assert.Equal(["f1", "f2", "f3"], bench.Machines.Up.Keys.Order());
        Assert.DoesNotContain(bench.Machines.Calls, c => c == "stop f3");
        Assert.Equal(["f1", "f2", "f3"], await bench.Fixture.LockedAsync());
    }

    private static ClaimRequest Other => StoreFixture.Want(1, "other@there") with { MachineTypes = ["fake"], Duration = TimeSpan.FromHours(9) };

    private static MachineRequest Want(int count) => new() { Count = count, Owner = "me@here", Description = "/archive/run/1" };

    private static async Task<Bench> BenchAsync(int machines) => new(await StoreFixture.CreateAsync(0), new FakeProvisioner(machines));

    // The heartbeat runs on the pool, at its own pace. It may have looked at the clock only after that was moved: then it beats at the next move.
    private static async Task BeatAsync(Bench bench)
    {
        for (var i = 0; i < 200 && (await bench.Fixture.Store.ListAsync(CancellationToken.None))[0].HeartbeatAt != bench.Fixture.Clock.GetUtcNow(); i++)
            await Task.Delay(10);
    }

    private sealed class Bench(StoreFixture fixture, FakeProvisioner machines) : IAsyncDisposable
    {
        public StoreFixture Fixture { get; } = fixture;

        public FakeProvisioner Machines { get; } = machines;

        public LeasedLab Lab { get; } = new(machines, fixture.Store, NullLogger<LeasedLab>.Instance);

        public Task<IMachineLease> AcquireAsync(MachineRequest request) => Lab.AcquireAsync(request, null, CancellationToken.None);

        public ValueTask DisposeAsync() => Fixture.DisposeAsync();
    }
}
