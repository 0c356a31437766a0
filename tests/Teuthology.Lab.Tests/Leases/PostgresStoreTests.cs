using Microsoft.Extensions.Time.Testing;
using Teuthology.Testing;

namespace Teuthology.Lab.Tests;

/// <summary>What only a server can do: lose answers, restart, be away, have a clock of its own.</summary>
public sealed class PostgresStoreTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task Claim_AnswerIsLost_GetsWhatItTookAndNoMore()
    {
        await using var server = await PostgresServer.StartAsync();
        var place = await server.CreateDatabaseAsync();
        await using var cut = new TcpCut(server.Port);
        await using var direct = new LeaseStore(place, TimeProvider.System);
        await using var cutOff = new LeaseStore(server.ConnectionString(server.LastDatabase, cut.Port), TimeProvider.System);
        await direct.RegisterAsync(Enumerable.Range(1, 6).Select(i => StoreFixture.Node($"n{i}")), CancellationToken.None);
        Assert.Equal(6, (await cutOff.ListAsync(CancellationToken.None)).Count);

        cut.SwallowsAnswers = true;
        var claim = cutOff.TryClaimAsync(StoreFixture.Want(2), CancellationToken.None);
        await Eventually.HoldsAsync(async () => (await direct.ListAsync(CancellationToken.None)).Any(n => n.Locked), "the claim takes machines");
        Assert.False(claim.IsCompleted);
        cut.SwallowsAnswers = false;
        cut.Cut();

        var lease = await claim.WaitAsync(Patience);
        Assert.Equal(["n1", "n2"], lease!.Nodes);
        var nodes = await direct.ListAsync(CancellationToken.None);
        Assert.Equal(["n1", "n2"], nodes.Where(n => n.Locked).Select(n => n.Name));
        Assert.All(nodes.Take(2), n => Assert.Equal(lease.Fence, n.Fence));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Claim_ServerRestartsMeanwhile_IsServedAfterwardsAndLeasesHold(bool crash)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = new LeaseStore(await server.CreateDatabaseAsync(), TimeProvider.System);
        await store.RegisterAsync(Enumerable.Range(1, 4).Select(i => StoreFixture.Node($"n{i}")), CancellationToken.None);
        var held = await store.TryClaimAsync(StoreFixture.Want(2), CancellationToken.None);
        var waiting = store.ClaimAsync(StoreFixture.Want(4, "wide@host"), null, CancellationToken.None);
        await Eventually.HoldsAsync(async () => (await store.WaitersAsync(CancellationToken.None)).Count == 1, "one waits");

        await server.StopAsync(crash);
        var renewal = store.RenewAsync(held!, TimeSpan.FromSeconds(60), CancellationToken.None);
        await server.StartAgainAsync();

        Assert.True(await renewal.WaitAsync(Patience));
        Assert.Equal(2, await store.ReleaseAsync(held!));
        var wide = await waiting.WaitAsync(Patience);
        Assert.Equal(4, wide.Nodes.Count);
        Assert.True(wide.Fence > held!.Fence);
        Assert.Empty(await store.WaitersAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task List_ServerStaysAway_SaysSoAfterTheDeadline()
    {
        await using var server = await PostgresServer.StartAsync();
        var clock = new FakeTimeProvider();
        await using var store = new LeaseStore(await server.CreateDatabaseAsync(), clock);
        Assert.Empty(await store.ListAsync(CancellationToken.None));
        await server.StopAsync();

        var list = store.ListAsync(CancellationToken.None);
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(500));
                return Task.FromResult(list.IsCompleted);
            },
            "it gives up");

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => list);
        Assert.Equal(FailureKind.Infrastructure, error.Kind);
        Assert.Contains($"127.0.0.1:{server.Port}/", error.Message);
        Assert.Contains("did not answer for 30 s", error.Message);
    }

    [SkippableFact]
    public async Task Claim_ClientsWhoseClocksAreWrong_NeitherStealNorLose()
    {
        var place = await SharedPostgres.PlaceAsync();
        var early = new FakeTimeProvider(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var late = new FakeTimeProvider(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var holder = new LeaseStore(place, early);
        await using var thief = new LeaseStore(place, late);
        await holder.RegisterAsync([StoreFixture.Node("n1")], CancellationToken.None);

        var lease = await holder.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None);
        Assert.Null(await thief.TryClaimAsync(StoreFixture.Want(1, "thief@host"), CancellationToken.None));
        Assert.Equal(0, await thief.ReclaimAsync(CancellationToken.None));
        early.Advance(TimeSpan.FromDays(400));

        Assert.Null(await thief.TryClaimAsync(StoreFixture.Want(1, "thief@host"), CancellationToken.None));
        Assert.True(await holder.RenewAsync(lease!, TimeSpan.FromSeconds(60), CancellationToken.None));
        Assert.False((await thief.ListAsync(CancellationToken.None))[0].IsFree(late.GetUtcNow()));
        Assert.False((await holder.ListAsync(CancellationToken.None))[0].IsFree(early.GetUtcNow()));
    }

    [SkippableFact]
    public async Task Claim_MachinesFreedByAnotherClient_IsWokenByTheServer()
    {
        var place = await SharedPostgres.PlaceAsync();
        await using var here = new LeaseStore(place, TimeProvider.System);

        // Its clock stands: it never looks by itself.
        await using var there = new LeaseStore(place, new FakeTimeProvider());
        await here.RegisterAsync([StoreFixture.Node("n1")], CancellationToken.None);
        var held = await here.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None);
        var told = new Reports();
        var waiting = there.ClaimAsync(StoreFixture.Want(1, "other@host"), told, CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(!told.Lines.IsEmpty), "it waits");

        await here.ReleaseAsync(held!);

        Assert.Equal("other@host", (await waiting.WaitAsync(Patience)).Owner);
    }

    [SkippableFact]
    public async Task Reclaim_ControllerOfAnotherBoot_LivesUntilItsLeaseIsOver()
    {
        await using var fixture = await StoreFixture.CreateAsync(Engine.Postgres, 1);
        var elsewhere = ControllerProcess.Current with { BootId = "another host" };
        await fixture.Store.TryClaimAsync(StoreFixture.Want(1) with { Controller = elsewhere }, CancellationToken.None);

        Assert.Equal(0, await fixture.Store.ReclaimAsync(CancellationToken.None));
        Assert.Null(await fixture.TryAsync(1));
        fixture.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.NotNull(await fixture.TryAsync(1));
    }

    [SkippableFact]
    public async Task Open_DatabaseThatIsNot_SaysHowToMakeIt()
    {
        var server = await SharedPostgres.ServerAsync();
        await using var store = new LeaseStore(server.ConnectionString("nowhere"), TimeProvider.System);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => store.ListAsync(CancellationToken.None));

        Assert.Contains("\"nowhere\" does not exist", error.Message);
        Assert.Contains("createdb", error.Message);
    }

    [SkippableFact]
    public async Task Open_TablesOfANewerProgram_SaysSo()
    {
        await using var fixture = await StoreFixture.CreateAsync(Engine.Postgres, 1);
        var server = await SharedPostgres.ServerAsync();
        await server.SqlAsync($"UPDATE {fixture.Place.Split("Search Path=")[1]}.leases_version SET version = 999");
        await using var store = new LeaseStore(fixture.Place, TimeProvider.System);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => store.ListAsync(CancellationToken.None));

        Assert.Contains("newer teuthology", error.Message);
    }
}
