namespace Teuthology.Lab.Tests;

/// <summary>Machines that fail are taken out and tried again; facts of machines; who had them.</summary>
public abstract class LeaseHealthTests(Engine engine)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [SkippableFact]
    public async Task ReportFailure_AtTheLimit_TakesTheMachineOutUntilItIsTriedAgain()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2);
        var store = fixture.Store;

        var first = await store.ReportFailureAsync("n1", "no answer", 2, Hour, CancellationToken.None);
        Assert.Equal((1, true, null, null), (first!.Failures, first.Up, first.DownReason, first.RetryAt));
        var second = await store.ReportFailureAsync("n1", "still no answer", 2, Hour, CancellationToken.None);
        Assert.Equal((2, false, "still no answer", fixture.Clock.GetUtcNow(), fixture.Clock.GetUtcNow() + Hour), (second!.Failures, second.Up, second.DownReason, second.DownSince, second.RetryAt));
        Assert.Null(await store.ReportFailureAsync("nobody", "x", 1, null, CancellationToken.None));

        Assert.Null(await fixture.TryAsync(2));
        fixture.Clock.Advance(Hour);
        var probe = await fixture.TryAsync(2);
        Assert.Equal(["n1", "n2"], probe!.Nodes);

        // It failed again: it rests again, since when it is down stays.
        await store.ReportFailureAsync("n1", "again", 2, Hour, CancellationToken.None);
        await store.ReleaseAsync(probe);
        var third = await store.FindAsync("n1", CancellationToken.None);
        Assert.Equal((3, false, fixture.Clock.GetUtcNow() - Hour, fixture.Clock.GetUtcNow() + Hour), (third!.Failures, third.Up, third.DownSince, third.RetryAt));
        Assert.Null(await fixture.TryAsync(2));

        Assert.True(await store.ReportSuccessAsync("n1", CancellationToken.None));
        Assert.False(await store.ReportSuccessAsync("n1", CancellationToken.None));
        var well = await store.FindAsync("n1", CancellationToken.None);
        Assert.Equal((0, true, null, null, null), (well!.Failures, well.Up, well.DownReason, well.DownSince, well.RetryAt));
        Assert.NotNull(await fixture.TryAsync(2));
    }

    [SkippableFact]
    public async Task TryClaim_SeveralMachinesToBeTriedAgain_TriesOneAClaimAndHealthyOnesFirst()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 4);
        foreach (var name in new[] { "n1", "n2" })
            await fixture.Store.ReportFailureAsync(name, "x", 1, TimeSpan.Zero, CancellationToken.None);

        Assert.Null(await fixture.TryAsync(4));
        Assert.Equal(["n3"], (await fixture.TryAsync(1))!.Nodes);
        Assert.Equal(["n1", "n4"], (await fixture.TryAsync(2))!.Nodes);
        Assert.Equal(["n2"], (await fixture.TryAsync(1))!.Nodes);
        Assert.Null(await fixture.TryAsync(1));
    }

    [SkippableFact]
    public async Task Update_ByAPerson_IsNotUndoneByHealth()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1);
        var store = fixture.Store;

        var down = await store.UpdateAsync("n1", new NodeUpdate { Up = false, DownReason = "new disk" }, CancellationToken.None);
        Assert.Equal((false, "new disk", fixture.Clock.GetUtcNow(), null), (down!.Up, down.DownReason, down.DownSince, down.RetryAt));
        Assert.Null(await store.ReportFailureAsync("n1", "x", 1, TimeSpan.Zero, CancellationToken.None));
        Assert.False(await store.ReportSuccessAsync("n1", CancellationToken.None));
        Assert.Null(await fixture.TryAsync(1));

        var up = await store.UpdateAsync("n1", new NodeUpdate { Up = true }, CancellationToken.None);
        Assert.Equal((true, null, null), (up!.Up, up.DownReason, up.DownSince));
        Assert.NotNull(await fixture.TryAsync(1));
    }

    [SkippableFact]
    public async Task Update_SomeFacts_LeavesTheOthersAndTheLock()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 0);
        var store = fixture.Store;
        var node = new NodeRecord { Name = "n1", MachineType = "plain", OsType = "rhel", OsVersion = "9.4", Arch = "x86_64", MacAddress = "aa:bb", SshPubKey = "ssh-rsa A", Description = "rack 4", IsVm = true, VmHost = "big1", Up = false };
        Assert.True(await store.CreateAsync(node, CancellationToken.None));
        Assert.False(await store.CreateAsync(node with { MachineType = "other" }, CancellationToken.None));
        Assert.Equal(node, await store.FindAsync("n1", CancellationToken.None));
        var lease = await store.TryClaimAsync(StoreFixture.Want(1) with { Names = ["n1"], Description = null }, CancellationToken.None);

        var after = await store.UpdateAsync("n1", new NodeUpdate { OsType = new Change<string?>(null), OsVersion = "24.04", Description = "rack 5", IsVm = false, MachineType = "bare" }, CancellationToken.None);

        Assert.Equal((null, "24.04", "rack 5", false, "bare"), (after!.OsType, after.OsVersion, after.Description, after.IsVm, after.MachineType));
        Assert.Equal(("x86_64", "aa:bb", "ssh-rsa A", "big1", false), (after.Arch, after.MacAddress, after.SshPubKey, after.VmHost, after.Up));
        Assert.Equal((true, "me@here", lease!.Fence), (after.Locked, after.LockedBy, after.Fence));
        Assert.Null(await store.UpdateAsync("nobody", new NodeUpdate { Up = true }, CancellationToken.None));
        Assert.True(await store.DeleteAsync("n1", CancellationToken.None));
        Assert.False(await store.RenewAsync(lease, Hour, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Turns_OfAMachine_TellWhoHadItAndHowThatEnded()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1);
        var began = fixture.Clock.GetUtcNow();
        var store = fixture.Store;
        await HeldAsync("a@host");
        await store.ReleaseAsync((await fixture.TryAsync(1, "b@host"))!);
        await HeldAsync("c@host");
        Assert.Null(await store.UnlockAsync("n1", "c@host", "another purpose", CancellationToken.None));
        Assert.NotNull(await store.UnlockAsync("n1", "c@host", "/archive/run/1", CancellationToken.None));
        await store.TryClaimAsync(StoreFixture.Want(1, "d@host") with { Controller = ControllerProcess.Current with { StartTicks = 1 } }, CancellationToken.None);
        await store.ReclaimAsync(CancellationToken.None);
        var last = await fixture.TryAsync(1, "e@host");

        var turns = await store.TurnsAsync("n1", 10, CancellationToken.None);

        Assert.Equal(["d@host dead", "c@host broken", "b@host released", "a@host expired"], turns.Select(t => $"{t.Owner} {t.How}"));
        Assert.Equal((began, began, "plain", "/archive/run/1"), (turns[3].From, turns[3].To, turns[3].MachineType, turns[3].Description));
        Assert.Equal(began.AddMinutes(2), turns[1].From);
        Assert.Equal(began.AddMinutes(4), turns[1].To);
        Assert.True(last!.Fence > turns[0].Fence);

        async Task HeldAsync(string owner)
        {
            await fixture.TryAsync(1, owner);
            fixture.Clock.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [SkippableFact]
    public async Task Turns_ManyOfThem_AreBounded()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1);
        for (var i = 0; i < LeaseStore.TurnsKept + 20; i++)
            await fixture.Store.ReleaseAsync((await fixture.TryAsync(1))!);

        var turns = await fixture.Store.TurnsAsync("n1", 1000, CancellationToken.None);

        Assert.InRange(turns.Count, LeaseStore.TurnsKept, LeaseStore.TurnsKept + 8);
        Assert.Equal(LeaseStore.TurnsKept + 20, turns[0].Fence);
    }
}

public sealed class LeaseHealthTestsOnSqlite() : LeaseHealthTests(Engine.Sqlite);

public sealed class LeaseHealthTestsOnPostgres() : LeaseHealthTests(Engine.Postgres);
