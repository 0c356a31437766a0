using System.Collections.Concurrent;

namespace Teuthology.Lab.Tests;

public abstract class LeaseConcurrencyTests(Engine engine)
{
    private const int Nodes = 7;

    [SkippableFact]
    public async Task Claim_ManyTasks_NoMachineIsHeldTwice()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, Nodes, TimeProvider.System);
        var histories = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            using var history = new StringWriter();
            await LeaseClient.RunAsync(fixture.Place, $"task{i}", 3, turns: 6, history);
            histories.Add(history.ToString());
        })));

        var holds = Parse(histories);
        Assert.Equal(8 * 6, holds.Count);
        Hold.Check(holds, 3);
        Assert.Empty(await fixture.LockedAsync());
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
    }

    [SkippableFact]
    public async Task Claim_SeveralProcessesThatAlsoMakeTheStore_NoMachineIsHeldTwice()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, Nodes, TimeProvider.System);
        var clients = Enumerable.Range(0, 4).Select(i => LeaseClient.Start("lease-client", fixture.Place, $"process{i}", "3", "8")).ToList();

        var outputs = await Task.WhenAll(clients.Select(c => c.StandardOutput.ReadToEndAsync()));
        foreach (var client in clients)
        {
            await client.WaitForExitAsync();
            Assert.True(client.ExitCode == 0, await client.StandardError.ReadToEndAsync());
        }

        var holds = Parse(outputs);
        Assert.Equal(4 * 8, holds.Count);
        Hold.Check(holds, 3);
        Assert.Empty(await fixture.LockedAsync());
    }

    [SkippableFact]
    public async Task Open_ManyAtOnceOnAMissingStore_MakeItOnce()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 0, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            await using var store = new LeaseStore(fixture.Place, TimeProvider.System);
            await store.RegisterAsync([StoreFixture.Node($"n{i}")], CancellationToken.None);
        })));

        Assert.Equal(12, (await fixture.Store.ListAsync(CancellationToken.None)).Count);
    }

    [SkippableFact]
    public async Task Claim_HolderWasKilled_GetsItsMachinesAtOnce()
    {
        await using var fixture = await StoreFixture.CreateAsync(engine, 2, TimeProvider.System);
        using var holder = LeaseClient.Start("lease-holder", fixture.Place, "victim", "2");
        Assert.StartsWith("holds ", await holder.StandardOutput.ReadLineAsync());
        using var waiter = LeaseClient.Start("lease-holder", fixture.Place, "waiting-victim", "2");
        await Eventually.HoldsAsync(async () => (await fixture.Store.WaitersAsync(CancellationToken.None)).Count == 1, "the second process waits");
        Assert.Null(await fixture.TryAsync(1));
        Assert.Equal(0, await fixture.Store.ReclaimAsync(CancellationToken.None));

        waiter.Kill();
        holder.Kill();
        await waiter.WaitForExitAsync();
        await holder.WaitForExitAsync();

        // Without reclaiming it would take the lease's 60 s.
        var lease = await fixture.Store.ClaimAsync(StoreFixture.Want(2), null, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["n1", "n2"], lease.Nodes);
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
    }

    private static List<Hold> Parse(IEnumerable<string> histories) =>
        [.. histories.SelectMany(h => h.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(Hold.Parse)];
}

public sealed class LeaseConcurrencyTestsOnSqlite() : LeaseConcurrencyTests(Engine.Sqlite);

public sealed class LeaseConcurrencyTestsOnPostgres() : LeaseConcurrencyTests(Engine.Postgres);
