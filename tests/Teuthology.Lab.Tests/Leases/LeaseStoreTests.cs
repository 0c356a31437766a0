namespace Teuthology.Lab.Tests;

public abstract class LeaseStoreTests(Engine engine)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [SkippableFact]
    public async Task TryClaim_EnoughFree_TakesTheFirstOnesUnderOneFence()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 11);

        var lease = await fixture.TryAsync(3, "a@host");

        Assert.Equal(["n1", "n2", "n3"], lease!.Nodes);
        var nodes = await fixture.Store.ListAsync(CancellationToken.None);
        Assert.Equal(["n9", "n10", "n11"], nodes.Skip(8).Select(n => n.Name));
        Assert.All(nodes.Take(3), n => Assert.Equal((true, "a@host", "/archive/run/1", lease.Fence), (n.Locked, n.LockedBy, n.Description, n.Fence)));
        Assert.All(nodes.Skip(3), n => Assert.False(n.Locked));
        Assert.Equal(fixture.Clock.GetUtcNow(), nodes[0].LockedSince);
        Assert.Equal(fixture.Clock.GetUtcNow() + Minute, lease.ExpiresAt);
    }

    [SkippableFact]
    public async Task TryClaim_TooFewFree_TakesNone()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 3);
        await fixture.TryAsync(1);

        Assert.Null(await fixture.TryAsync(3));

        Assert.Equal(["n1"], await fixture.LockedAsync());
    }

    [SkippableFact]
    public async Task TryClaim_OtherTypeOrOutOfUseOrNotAmong_IsLeftAlone()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 4);
        await fixture.Store.RegisterAsync([StoreFixture.Node("a1", "other")], CancellationToken.None);
        await fixture.Store.SetUpAsync("n1", up: false, CancellationToken.None);

        Assert.Null(await fixture.TryAsync(4));
        var lease = await fixture.Store.TryClaimAsync(StoreFixture.Want(1) with { Among = ["n1", "n3", "a1"] }, CancellationToken.None);

        Assert.Equal(["n3"], lease!.Nodes);
    }

    [SkippableFact]
    public async Task Release_HeldLease_FreesAllAndKeepsTheDescription()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2);
        var lease = await fixture.TryAsync(2);

        Assert.Equal(2, await fixture.Store.ReleaseAsync(lease!));
        Assert.Equal(0, await fixture.Store.ReleaseAsync(lease!));

        var node = (await fixture.Store.ListAsync(CancellationToken.None))[0];
        Assert.Equal((false, null, null, "/archive/run/1"), (node.Locked, node.LockedBy, node.LockedSince, node.Description));
        Assert.True((await fixture.TryAsync(2))!.Fence > lease!.Fence);
    }

    [SkippableFact]
    public async Task TryClaim_ExpiredLease_TakesItOverAndTheOldFenceHasLost()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2);
        var old = await fixture.TryAsync(2, "old@host");
        fixture.Clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Null(await fixture.TryAsync(1, "new@host"));
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var taken = await fixture.TryAsync(1, "new@host");

        Assert.True(taken!.Fence > old!.Fence);
        Assert.False(await fixture.Store.RenewAsync(old, Minute, CancellationToken.None));
        Assert.Equal(1, await fixture.Store.ReleaseAsync(old));
        Assert.True(await fixture.Store.RenewAsync(taken, Minute, CancellationToken.None));
        Assert.Equal(["n1"], await fixture.LockedAsync());
    }

    [SkippableFact]
    public async Task Renew_BeforeAndAfterItsEnd_HoldsAsLongAsNobodyTookIt()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1);
        var lease = await fixture.TryAsync(1);
        for (var i = 0; i < 3; i++)
        {
            fixture.Clock.Advance(0.9 * Minute);
            Assert.True(await fixture.Store.RenewAsync(lease!, Minute, CancellationToken.None));
            Assert.Null(await fixture.TryAsync(1));
        }

        fixture.Clock.Advance(2 * Minute);
        Assert.True(await fixture.Store.RenewAsync(lease!, Minute, CancellationToken.None));
        Assert.Null(await fixture.TryAsync(1));
    }

    [SkippableFact]
    public async Task Break_ByOwner_FreesOnlyHisAndHisRenewalFails()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 4);
        var his = await fixture.TryAsync(2, "he@host");
        var hers = await fixture.TryAsync(2, "she@host");

        Assert.Empty(await fixture.Store.BreakAsync("nobody@host", null, CancellationToken.None));
        Assert.Equal(["n2"], await fixture.Store.BreakAsync("he@host", ["n2", "n3"], CancellationToken.None));

        Assert.False(await fixture.Store.RenewAsync(his!, Minute, CancellationToken.None));
        Assert.True(await fixture.Store.RenewAsync(hers!, Minute, CancellationToken.None));
        Assert.Equal(["n1"], await fixture.Store.BreakAsync("he@host", null, CancellationToken.None));
        Assert.Equal(["n3", "n4"], await fixture.LockedAsync());
    }

    [SkippableFact]
    public async Task Fence_HighestMachineLeftTheLab_StillGrows()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2);
        var first = await fixture.TryAsync(1);
        await fixture.Store.ReleaseAsync(first!);
        Assert.True(await fixture.Store.DeleteAsync("n1", CancellationToken.None));
        Assert.False(await fixture.Store.DeleteAsync("n1", CancellationToken.None));

        var second = await fixture.TryAsync(1);

        Assert.Equal(["n2"], second!.Nodes);
        Assert.True(second.Fence > first!.Fence);
    }

    [SkippableFact]
    public async Task Register_KnownMachine_LeavesItsLockAlone()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1);
        var lease = await fixture.TryAsync(1);

        await fixture.Store.RegisterAsync([new NodeRecord { Name = "n1", MachineType = "plain", OsType = "debian", SshPubKey = "ssh-ed25519 A" }], CancellationToken.None);
        await fixture.Store.RegisterAsync([new NodeRecord { Name = "n1", MachineType = "plain", OsVersion = "12" }], CancellationToken.None);

        var node = Assert.Single(await fixture.Store.ListAsync(CancellationToken.None));
        Assert.Equal((true, lease!.Fence), (node.Locked, node.Fence));
        Assert.Equal(("debian", "12", "ssh-ed25519 A"), (node.OsType, node.OsVersion, node.SshPubKey));
    }
}

public sealed class LeaseStoreTestsOnSqlite() : LeaseStoreTests(Engine.Sqlite);

public sealed class LeaseStoreTestsOnPostgres() : LeaseStoreTests(Engine.Postgres);
