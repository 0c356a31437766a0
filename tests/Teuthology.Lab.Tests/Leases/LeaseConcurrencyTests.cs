using System.Collections.Concurrent;

namespace Teuthology.Lab.Tests;

public sealed class LeaseConcurrencyTests
{
    private const int Nodes = 7;

    [Fact]
    public async Task Claim_ManyTasks_NoMachineIsHeldTwice()
    {
        await using var fixture = await StoreFixture.CreateAsync(Nodes, TimeProvider.System);
        var histories = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            using var history = new StringWriter();
            await LeaseClient.RunAsync(fixture.File, $"task{i}", 3, turns: 6, history);
            histories.Add(history.ToString());
        })));

        var holds = Parse(histories);
        Assert.Equal(8 * 6, holds.Count);
        Hold.Check(holds, 3);
        Assert.Empty(await fixture.LockedAsync());
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Claim_SeveralProcessesThatAlsoMakeTheStore_NoMachineIsHeldTwice()
    {
        await using var fixture = await StoreFixture.CreateAsync(Nodes, TimeProvider.System);
        var clients = Enumerable.Range(0, 4).Select(i => LeaseClient.Start("lease-client", fixture.File, $"process{i}", "3", "8")).ToList();

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

    [Fact]
    public async Task Open_ManyAtOnceOnAMissingFile_MakeItOnce()
    {
        var directory = Directory.CreateTempSubdirectory("teuthology-leases-");
        var file = Path.Combine(directory.FullName, "leases.db");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            await using var store = new LeaseStore(file, TimeProvider.System);
            await store.RegisterAsync([StoreFixture.Node($"n{i}")], CancellationToken.None);
        })));

        await using (var store = new LeaseStore(file, TimeProvider.System))
            Assert.Equal(12, (await store.ListAsync(CancellationToken.None)).Count);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Claim_HolderWasKilled_GetsItsMachinesAtOnce()
    {
        await using var fixture = await StoreFixture.CreateAsync(2, TimeProvider.System);
        using var holder = LeaseClient.Start("lease-holder", fixture.File, "victim", "2");
        Assert.StartsWith("holds ", await holder.StandardOutput.ReadLineAsync());
        using var waiter = LeaseClient.Start("lease-holder", fixture.File, "waiting-victim", "2");
        await Eventually.HoldsAsync(async () => (await fixture.Store.WaitersAsync(CancellationToken.None)).Count == 1, "the second process waits");
        Assert.Null(await fixture.TryAsync(1));
        Assert.Equal(0, await fixture.Store.ReclaimAsync(CancellationToken.None));

        waiter.Kill();
        holder.Kill();
        await waiter.WaitForExitAsync();
        await holder.WaitForExitAsync();

        // Without reclaiming it would take the lease's 60 s.
        var lease = await fixture.Store.ClaimAsync(StoreFixture.Want(2), null, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["n1", "n2"], lease.Nodes);
        Assert.Empty(await fixture.Store.WaitersAsync(CancellationToken.None));
    }

    private static List<Hold> Parse(IEnumerable<string> histories) =>
        [.. histories.SelectMany(h => h.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(Hold.Parse)];
}
