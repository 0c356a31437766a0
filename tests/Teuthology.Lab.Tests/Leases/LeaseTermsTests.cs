namespace Teuthology.Lab.Tests;

/// <summary>Which machines a claim takes, and whom a waiter holds up.</summary>
public abstract class LeaseTermsTests(Engine engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("smithi", null, null, null, "n1 n2 n3")]
    [InlineData("smithi,mira", null, null, null, "n1 n2 n3 n4")]
    [InlineData("smithi|mira", "rhel", null, null, "n2 n4")]
    [InlineData(null, "rhel", "9.4", null, "n2")]
    [InlineData(null, null, null, "aarch64", "n3 n5")]
    public async Task TryClaim_Terms_TakeWhatFits(string? types, string? osType, string? osVersion, string? arch, string names)
    {
        await using var fixture = await LabAsync();
        var expected = names.Split(' ');
        var claim = new ClaimRequest
        {
            Count = expected.Length, Owner = "me@here", Description = "x", MachineTypes = MachineTypeText.Parse(types), OsType = osType, OsVersion = osVersion, Arch = arch,
        };

        Assert.Null(await fixture.Store.TryClaimAsync(claim with { Count = expected.Length + 1 }, CancellationToken.None));
        Assert.Equal(expected, (await fixture.Store.TryClaimAsync(claim, CancellationToken.None))!.Nodes);
    }

    [SkippableFact]
    public async Task TryClaim_MachinesThatNobodyInFrontCouldUse_ArePassedOver()
    {
        await using var fixture = await LabAsync(TimeProvider.System);
        await fixture.Store.TryClaimAsync(Want(1, "rhel") with { OsVersion = "9.4" }, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var wide = fixture.Store.ClaimAsync(Want(2, "rhel"), null, cancel.Token);
        await Eventually.HoldsAsync(async () => (await fixture.Store.WaitersAsync(CancellationToken.None)).Count == 1, "the wide one waits");

        // n4 runs rhel and is the wide one's, whatever type one asks for; n1, n3 and n5 are not.
        Assert.Null(await fixture.Store.TryClaimAsync(Want(1, null) with { MachineTypes = ["mira"] }, CancellationToken.None));
        Assert.Equal(["n1", "n3", "n5"], (await fixture.Store.TryClaimAsync(Want(3, null), CancellationToken.None))!.Nodes);
        Assert.False(wide.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wide);
    }

    [SkippableFact]
    public async Task TryClaim_Names_TakesExactlyThoseEvenOutOfUse()
    {
        await using var fixture = await LabAsync();
        await fixture.Store.SetUpAsync("n4", up: false, CancellationToken.None);
        var named = Want(2, null) with { Names = ["n4", "n2"], Controller = null, Duration = Timeout.InfiniteTimeSpan };

        var lease = await fixture.Store.TryClaimAsync(named, CancellationToken.None);

        Assert.Equal(["n2", "n4"], lease!.Nodes);
        Assert.Equal(DateTimeOffset.MaxValue, lease.ExpiresAt);
        Assert.Equal(lease, await fixture.Store.TryClaimAsync(named, CancellationToken.None) is { } again ? again with { Nodes = lease.Nodes } : null);
        Assert.Null(await fixture.Store.TryClaimAsync(named with { Owner = "she@here" }, CancellationToken.None));
        Assert.Null(await fixture.Store.TryClaimAsync(named with { Description = "y" }, CancellationToken.None));
        Assert.Null(await fixture.Store.TryClaimAsync(named with { Names = ["n2", "n1"] }, CancellationToken.None));
        fixture.Clock.Advance(TimeSpan.FromDays(4000));
        Assert.Null(await fixture.Store.TryClaimAsync(named with { Owner = "she@here" }, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Store.TryClaimAsync(named with { Names = ["n1", "n1"] }, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Hold_UntilADate_EndsThenAndCanBeMoved()
    {
        await using var fixture = await LabAsync();
        var tomorrow = fixture.Clock.GetUtcNow().AddDays(1);
        var lease = await fixture.Store.TryClaimAsync(Want(2, "rhel") with { Controller = null, Until = tomorrow }, CancellationToken.None);
        Assert.Equal(tomorrow, lease!.ExpiresAt);

        fixture.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, await fixture.Store.ReclaimAsync(CancellationToken.None));
        Assert.False(await fixture.Store.HoldAsync("she@here", lease.Nodes, tomorrow.AddDays(1), CancellationToken.None));
        Assert.False(await fixture.Store.HoldAsync("me@here", ["n1", .. lease.Nodes], tomorrow.AddDays(1), CancellationToken.None));
        Assert.True(await fixture.Store.HoldAsync("me@here", lease.Nodes, tomorrow.AddDays(1), CancellationToken.None));
        fixture.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Null(await fixture.Store.TryClaimAsync(Want(1, "rhel"), CancellationToken.None));
        fixture.Clock.Advance(TimeSpan.FromHours(1));

        // Nobody needs to want it: a sweep frees it.
        Assert.Equal(2, await fixture.Store.ReclaimAsync(CancellationToken.None));
        Assert.Empty(await fixture.LockedAsync());
        Assert.All(await fixture.Store.TurnsAsync(null, 10, CancellationToken.None), turn => Assert.Equal("expired", turn.How));
    }

    [SkippableFact]
    public async Task Keep_LeaseOfAProcess_OutlivesIt()
    {
        await using var fixture = await LabAsync();
        var dead = ControllerProcess.Current with { StartTicks = 1 };
        var lease = await fixture.Store.TryClaimAsync(Want(1, "rhel") with { Controller = dead }, CancellationToken.None);

        Assert.Equal(1, await fixture.Store.KeepAsync(lease!, fixture.Clock.GetUtcNow().AddHours(5)));

        Assert.Equal(0, await fixture.Store.ReclaimAsync(CancellationToken.None));
        Assert.Equal(["n2"], await fixture.LockedAsync());
        fixture.Clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(1, await fixture.Store.ReclaimAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task Reclaim_LeaseNobodyRenewsForLong_IsFreedWithoutAClaim()
    {
        await using var fixture = await LabAsync();
        var lease = await fixture.Store.TryClaimAsync(Want(1, "rhel"), CancellationToken.None);

        fixture.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(0, await fixture.Store.ReclaimAsync(CancellationToken.None));
        fixture.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await fixture.Store.ReclaimAsync(CancellationToken.None));

        Assert.Empty(await fixture.LockedAsync());
        Assert.False(await fixture.Store.RenewAsync(lease!, Patience, CancellationToken.None));
    }

    [SkippableFact]
    public async Task Queue_OneWaits_IsTellingWhenItsTurnComes()
    {
        await using var fixture = await LabAsync(TimeProvider.System);
        for (var i = 0; i < 3; i++)
            await fixture.Store.ReleaseAsync((await fixture.Store.TryClaimAsync(Want(2, "rhel"), CancellationToken.None))!);
        var held = await fixture.Store.TryClaimAsync(Want(2, "rhel"), CancellationToken.None);
        var waiting = fixture.Store.ClaimAsync(Want(1, "rhel", "she@there"), null, CancellationToken.None);
        await Eventually.HoldsAsync(async () => (await fixture.Store.QueueAsync(CancellationToken.None)).Count == 1, "one waits");

        var place = Assert.Single(await fixture.Store.QueueAsync(CancellationToken.None));

        Assert.Equal(("she@there", 1, 0, "machines with rhel"), (place.Waiter.Owner, place.Waiter.Count, place.Ahead, place.Waiter.Terms.ToString()));
        Assert.NotNull(place.ExpectedAt);
        await fixture.Store.ReleaseAsync(held!);
        await waiting.WaitAsync(Patience);
        Assert.Empty(await fixture.Store.QueueAsync(CancellationToken.None));
    }

    private async Task<StoreFixture> LabAsync(TimeProvider? time = null)
    {
        var fixture = await StoreFixture.CreateAsync(engine, 0, time);
        await fixture.Store.RegisterAsync(
            [
                new NodeRecord { Name = "n1", MachineType = "smithi", OsType = "ubuntu", OsVersion = "22.04", Arch = "x86_64" },
                new NodeRecord { Name = "n2", MachineType = "smithi", OsType = "rhel", OsVersion = "9.4", Arch = "x86_64" },
                new NodeRecord { Name = "n3", MachineType = "smithi", Arch = "aarch64" },
                new NodeRecord { Name = "n4", MachineType = "mira", OsType = "rhel", OsVersion = "8.6", Arch = "x86_64" },
                new NodeRecord { Name = "n5", MachineType = "vps", Arch = "aarch64" },
            ],
            CancellationToken.None);
        return fixture;
    }

    private static ClaimRequest Want(int count, string? osType, string owner = "me@here") => new() { Count = count, Owner = owner, Description = "x", OsType = osType };
}

public sealed class LeaseTermsTestsOnSqlite() : LeaseTermsTests(Engine.Sqlite);

public sealed class LeaseTermsTestsOnPostgres() : LeaseTermsTests(Engine.Postgres);
