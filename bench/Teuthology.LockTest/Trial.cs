using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>One test from its machines to its history.</summary>
internal sealed class Trial(TrialOptions options, Action<string> tell) : IAsyncDisposable
{
    private static readonly TimeSpan FinishDeadline = TimeSpan.FromSeconds(60);
    private readonly string _directory = Directory.CreateTempSubdirectory("lock-test-").FullName;

    private string HistoryDirectory => Path.Combine(_directory, "history");

    /// <summary>Runs it and writes the history.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(HistoryDirectory);
        await using var nodes = new TestNodes(_directory, options.Machines);
        tell($"starting {options.Machines} machines and the store ({options.Store})");
        await nodes.StartAsync(options.Mutant, cancellationToken);
        await using var store = await StoreBenches.StartAsync(options, _directory, cancellationToken);
        using var test = new HistoryWriter(Path.Combine(HistoryDirectory, "test.jsonl"), "test");
        await using (var leases = new LeaseStore(store.Address, store.Time))
            await leases.RegisterAsync(nodes.Names.Select(n => new NodeRecord { Name = n, MachineType = nodes.MachineType }), cancellationToken);
        test.Note("begin-test", new HistoryValue { Nodes = nodes.Names, Count = options.Clients, Text = $"store {options.Store}, whose clock is {store.Clock}; mutant {options.Mutant}; seed {options.Seed}" });
        await HurtAsync(nodes, store, cancellationToken);
        await EndAsync(nodes, store, test);
        await nodes.NoteAsync(HistoryDirectory);
        test.Dispose();
        HistoryFile.Join(Directory.GetFiles(HistoryDirectory), options.History);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task HurtAsync(TestNodes nodes, IStoreBench store, CancellationToken cancellationToken)
    {
        using var nemesisHistory = new HistoryWriter(Path.Combine(HistoryDirectory, "nemesis.jsonl"), "nemesis");
        using var crew = new ClientCrew(options.Clients, slot => SettingsFor(slot, nodes, store), options.Seed);
        tell($"starting {options.Clients} clients");
        await crew.StartAsync();
        tell($"hurting them for {options.Seconds} s");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(TimeSpan.FromSeconds(options.Seconds));
        await new Nemesis(crew, store.Faults(nemesisHistory), nemesisHistory, new Random(options.Seed)).RunAsync(over.Token);
        cancellationToken.ThrowIfCancellationRequested();
        tell("letting them finish");
        foreach (var stuck in await crew.FinishAsync(FinishDeadline))
        {
            nemesisHistory.Note("kill", new HistoryValue { Target = stuck.Name, Text = "did not finish" });
            tell($"client {stuck.Name} did not finish within {FinishDeadline.TotalSeconds} s and is killed");
        }
    }

    private string SettingsFor(int slot, TestNodes nodes, IStoreBench store)
    {
        var file = Path.Combine(_directory, $"client-{slot}.json");
        new ClientSettings
        {
            Store = store.AddressFor(slot), Seed = options.Seed, MachineType = nodes.MachineType, Machines = nodes.Addresses, ClockFile = store.ClockFileFor(slot),
            HistoryDirectory = HistoryDirectory, Mutant = options.Mutant, LongestLease = options.LongestLease,
        }.Write(file);
        return file;
    }

    /// <summary>When the clients are gone: what was kept is unlocked as a person would, and then one claim must get everything.</summary>
    private async Task EndAsync(TestNodes nodes, IStoreBench store, HistoryWriter test)
    {
        tell("looking whether anything stays locked");
        await using var locks = StoreKinds.Open(store.Address, Mutant.None, store.Time);
        foreach (var owner in Kept())
        {
            var id = test.Invoke("break", new HistoryValue { Owner = owner });
            test.End(HistoryEvent.Ok, "break", id, new HistoryValue { Nodes = await locks.BreakAsync(owner, null) });
        }

        var end = test.Invoke("end-test", null);
        var all = new ClaimRequest { Count = nodes.Names.Count, Owner = "test", Description = "end", MachineTypes = [nodes.MachineType] };
        var patience = TimeSpan.FromMilliseconds(options.LongestLease) + TimeSpan.FromSeconds(20);
        var since = TimeProvider.System.GetTimestamp();
        Lease? lease = null;
        while (lease is null && TimeProvider.System.GetElapsedTime(since) < patience)
        {
            await locks.ReclaimAsync();
            lease = await locks.TryClaimAsync(all);
            if (lease is null)
                await Task.Delay(100);
        }

        if (lease is not null)
            await locks.ReleaseAsync(lease);
        var rows = LockClient.Rows(await locks.ListAsync());
        test.End(HistoryEvent.Ok, "end-test", end, new HistoryValue { Nodes = lease?.Nodes ?? [], Rows = rows, Waiters = await locks.CountWaitersAsync() });
    }

    private IEnumerable<string> Kept() => Directory.GetFiles(HistoryDirectory, "c*.jsonl")
        .SelectMany(HistoryFile.Read).Where(e => e.Op == "keep" && e.Type == HistoryEvent.Invoke).Select(e => e.Value!.Owner!).Distinct();
}
