namespace Teuthology.Lab.Tests;

public abstract class LeaseQueueTests(Engine engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [SkippableFact]
    public async Task Claim_WideOneWaits_NarrowOnesDoNotPassIt()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 3, TimeProvider.System);
        var first = await fixture.TryAsync(1);
        var wide = ClaimAsync(fixture, 3, "wide@host");
        await WaitersAsync(fixture, 1);
        var narrow = ClaimAsync(fixture, 1, "narrow@host");
        await WaitersAsync(fixture, 2);

        Assert.Null(await fixture.TryAsync(1, "passer@host"));
        await fixture.Store.ReleaseAsync(first!);

        var got = await wide.WaitAsync(Patience);
        Assert.Equal(3, got.Nodes.Count);
        Assert.False(narrow.IsCompleted);
        await fixture.Store.ReleaseAsync(got);
        Assert.Equal(["n1"], (await narrow.WaitAsync(Patience)).Nodes);
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task Claim_ManyWaiters_AreServedInTheOrderOfComing()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1, TimeProvider.System);
        var first = await fixture.TryAsync(1);
        var served = new List<int>();
        var waits = new List<Task>();
        for (var i = 0; i < 6; i++)
        {
            waits.Add(ServeAsync(i));
            await WaitersAsync(fixture, i + 1);
        }

        await fixture.Store.ReleaseAsync(first!);
        await Task.WhenAll(waits).WaitAsync(Patience);

        Assert.Equal([0, 1, 2, 3, 4, 5], served);

        async Task ServeAsync(int i)
        {
            var lease = await ClaimAsync(fixture, 1, $"c{i}@host");
            served.Add(i);
            await fixture.Store.ReleaseAsync(lease);
        }
    }

    [SkippableFact]
    public async Task Claim_CancelledWhileWaiting_LeavesNothing()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2, TimeProvider.System);
        var first = await fixture.TryAsync(1);
        using var cancel = new CancellationTokenSource();
        var wide = fixture.Store.ClaimAsync(StoreFixture.Want(2), null, cancel.Token);
        await WaitersAsync(fixture, 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wide);
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
        Assert.NotNull(await fixture.TryAsync(1));
        await fixture.Store.ReleaseAsync(first!);
    }

    [SkippableFact]
    public async Task Claim_MachinesTakenOutMeanwhile_FailsInsteadOfWaitingForEver()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2, TimeProvider.System);
        await fixture.TryAsync(1);
        var wide = ClaimAsync(fixture, 2, "wide@host");
        await WaitersAsync(fixture, 1);

        await fixture.Store.SetUpAsync("n2", up: false, CancellationToken.None);

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => wide.WaitAsync(Patience));
        Assert.Equal(FailureKind.Infrastructure, error.Kind);
        Assert.Contains("only 1 are in use", error.Message);
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task Claim_LeaseExpiresWhileWaiting_TakesItOver()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1);
        var old = await fixture.TryAsync(1, "old@host");
        var told = new Reports();
        var wait = fixture.Store.ClaimAsync(StoreFixture.Want(1, "new@host"), told, CancellationToken.None);
        await WaitersAsync(fixture, 1);

        await Eventually.HoldsAsync(
            () =>
            {
                fixture.Clock.Advance(TimeSpan.FromMilliseconds(250));
                return Task.FromResult(wait.IsCompleted);
            },
            "it is taken over");

        var lease = await wait.WaitAsync(Patience);
        Assert.True(lease.LockedSince >= old!.ExpiresAt);
        Assert.Equal("waiting for 1 machines: 0 of 1 are free, 0 before us", told.Lines.First());
    }

    [SkippableFact]
    public async Task Claim_OtherTypeOfMachine_DoesNotWaitBehindOthers()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 1, TimeProvider.System);
        await fixture.Store.RegisterAsync([StoreFixture.Node("a1", "other")], CancellationToken.None);
        await fixture.TryAsync(1);
        using var cancel = new CancellationTokenSource();
        var waiting = fixture.Store.ClaimAsync(StoreFixture.Want(1), null, cancel.Token);
        await WaitersAsync(fixture, 1);

        var other = await fixture.Store.TryClaimAsync(StoreFixture.Want(1) with { MachineTypes = ["other"] }, CancellationToken.None);

        Assert.Equal(["a1"], other!.Nodes);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task<Lease> ClaimAsync(StoreFixture fixture, int count, string owner) =>
        fixture.Store.ClaimAsync(StoreFixture.Want(count, owner), null, CancellationToken.None);

    private static Task WaitersAsync(StoreFixture fixture, int count) => Eventually.HoldsAsync(
        async () => (await fixture.Store.WaitersAsync(CancellationToken.None)).Count == count, $"{count} wait");
}

public sealed class LeaseQueueTestsOnSqlite() : LeaseQueueTests(Engine.Sqlite);

public sealed class LeaseQueueTestsOnPostgres() : LeaseQueueTests(Engine.Postgres);
