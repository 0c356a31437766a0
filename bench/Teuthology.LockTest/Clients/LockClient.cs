using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>
/// One client in a process of its own: takes machines, works on them, keeps its leases or lets them run out, and writes down all it does.
/// What it does is drawn from its seed; when, is up to the machine.
/// </summary>
internal sealed class LockClient(ClientSettings settings, ILocks locks, HistoryWriter history, string process, Random random)
{
    private readonly List<HeldLease> _held = [];
    private readonly List<Task> _aside = [];
    private string _owner = $"{process}@lock-test";
    private readonly bool _isServer = StoreKinds.IsServer(settings.Store);
    private int _claims;

    /// <summary>Works until it is told to end, then gives back what it holds, or just goes.</summary>
    public async Task RunAsync(CancellationToken finish)
    {
        while (!finish.IsCancellationRequested)
        {
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
            await StepAsync(finish);
        }

        await Task.WhenAll(_aside);
        if (random.Next(2) == 0)
            return;
        foreach (var held in _held)
        {
            await held.DisposeAsync();
            await ReleaseAsync(held);
        }
    }

    private Task StepAsync(CancellationToken finish)
    {
        var chance = random.Next(100);
        if (_held.Count == 0 || (_held.Count < 2 && chance < 8))
            return chance switch { < 6 => ListAsync(), < 10 => BreakAsync(null), < 45 => WaitAsync(finish), _ => TryAsync() };
        var held = _held[random.Next(_held.Count)];
        return chance switch
        {
            < 48 => held.RunAsync(AnyNode(held), random.Next(1, 5), CancellationToken.None),
            < 64 => RenewAsync(held),
            < 80 => GiveBackAsync(held),
            < 88 => StallAsync(held, finish),
            < 92 => AbandonAsync(held),
            < 94 => KeepAsync(held),
            < 96 => BreakAsync(held),
            _ => ListAsync(),
        };
    }

    private Task TryAsync() => ClaimAsync(waits: false, request => locks.TryClaimAsync(request));

    private Task WaitAsync(CancellationToken finish) => ClaimAsync(waits: true, async request =>
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(finish);
        patience.CancelAfter(random.Next(200, 4000));
        return await locks.ClaimAsync(request, patience.Token);
    });

    private async Task ClaimAsync(bool waits, Func<ClaimRequest, Task<Lease?>> claim)
    {
        var duration = TimeSpan.FromMilliseconds(random.Next(700, settings.LongestLease));
        var count = random.Next(3) == 0 ? 1 : random.Next(1, 5);
        var among = random.Next(4) == 0 && settings.Mutant != Mutant.OwnClock && !_isServer ? settings.Machines.OrderBy(_ => random.Next()).Take(count + 1).Select(m => m.Name).ToList() : null;
        var controlled = random.Next(5) != 0 && !_isServer;
        if (_isServer)
            _owner = $"{process}.{_claims}@lock-test";
        var request = new ClaimRequest
        {
            Count = count,
            Owner = _owner,
            Description = $"{process}#{++_claims}",
            MachineTypes = [settings.MachineType],
            Among = among,
            Duration = duration,
            Controller = controlled ? ControllerProcess.Current : null,
        };
        var asked = new HistoryValue
        {
            Count = count, Owner = _owner, Description = request.Description, Nodes = among,
            Duration = (long)duration.TotalMilliseconds, Controlled = controlled, Waits = waits,
        };
        var lease = await DoAsync<Lease>("claim", asked, async () =>
        {
            try
            {
                return await claim(request) is { } got
                    ? (HistoryEvent.Ok, new HistoryValue { Fence = got.Fence, Nodes = got.Nodes, LockedSince = got.LockedSince.ToUnixTimeMilliseconds(), ExpiresAt = got.ExpiresAt.ToUnixTimeMilliseconds() }, got)
                    : (HistoryEvent.Fail, new HistoryValue { Text = "none" }, null);
            }
            catch (OperationCanceledException)
            {
                // The store's word: who leaves the line holds nothing.
                return (HistoryEvent.Fail, new HistoryValue { Text = "gave up waiting" }, null);
            }
        });
        if (lease is not null)
            _held.Add(new HeldLease(lease, duration, settings, history, process));
    }

    private async Task<bool> RenewAsync(HeldLease held)
    {
        var asked = new HistoryValue { Fence = held.Lease.Fence, Duration = (long)held.Duration.TotalMilliseconds };
        var answer = await DoAsync<string>("renew", asked, async () => await locks.RenewAsync(held.Lease, held.Duration)
            ? (HistoryEvent.Ok, null, "kept")
            : (HistoryEvent.Fail, null, "lost"));
        if (answer == "lost")
        {
            // It learned that it has no right any more; what it runs there is not its business to end.
            _held.Remove(held);
            Aside(held.DisposeAsync().AsTask());
        }

        return answer == "kept";
    }

    private async Task GiveBackAsync(HeldLease held)
    {
        _held.Remove(held);
        if (random.Next(3) != 0)
            await held.DisposeAsync();
        else
            Aside(held.RunAsync(AnyNode(held), 30, CancellationToken.None).ContinueWith(_ => held.DisposeAsync().AsTask(), TaskScheduler.Default).Unwrap());
        await ReleaseAsync(held);
    }

    private Task ReleaseAsync(HeldLease held) =>
        DoAsync<string>("release", new HistoryValue { Fence = held.Lease.Fence }, async () => (HistoryEvent.Ok, new HistoryValue { Count = await locks.ReleaseAsync(held.Lease) }, ""));

    /// <summary>As a controller that hangs: its command runs on past the end of the lease, it starts another one, and only then it asks for more time.</summary>
    private async Task StallAsync(HeldLease held, CancellationToken finish)
    {
        var node = AnyNode(held);
        var running = held.RunAsync(node, (int)(held.Duration.TotalMilliseconds / 50) + 30, CancellationToken.None);
        Aside(running);
        await Task.Delay(held.Duration + TimeSpan.FromMilliseconds(random.Next(100, 1200)), finish).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await held.RunAsync(node, 3, CancellationToken.None);
        await RenewAsync(held);
    }

    private Task AbandonAsync(HeldLease held)
    {
        _held.Remove(held);
        Aside(held.RunAsync(AnyNode(held), 40, CancellationToken.None).ContinueWith(_ => held.DisposeAsync().AsTask(), TaskScheduler.Default).Unwrap());
        return Task.CompletedTask;
    }

    private Task KeepAsync(HeldLease held) =>
        DoAsync<string>("keep", new HistoryValue { Fence = held.Lease.Fence, Owner = held.Lease.Owner }, async () =>
        {
            var kept = await locks.KeepAsync(held.Lease);
            return (kept == held.Lease.Nodes.Count ? HistoryEvent.Ok : kept == 0 ? HistoryEvent.Fail : HistoryEvent.Info, new HistoryValue { Count = kept }, "");
        });

    private async Task BreakAsync(HeldLease? held)
    {
        var names = held?.Lease.Nodes;
        var owner = held?.Lease.Owner ?? _owner;
        var done = await DoAsync<string>("break", new HistoryValue { Owner = owner, Nodes = names }, async () => (HistoryEvent.Ok, new HistoryValue { Nodes = await locks.BreakAsync(owner, names) }, "done"));

        // It may still come to pass; what is claimed from now on shall be certain again.
        if (done is null)
            _owner = $"{process}.{_claims}@lock-test";
    }

    private Task ListAsync() => DoAsync<string>("list", null, async () => (HistoryEvent.Ok, new HistoryValue { Rows = Rows(await locks.ListAsync()) }, ""));

    public static IReadOnlyList<HistoryValue.NodeRow> Rows(IEnumerable<NodeRecord> nodes) =>
        [.. nodes.Select(n => new HistoryValue.NodeRow(n.Name, n.Locked, n.Fence, n.LockedBy, n.Description))];

    private async Task<T?> DoAsync<T>(string op, HistoryValue? asked, Func<Task<(string Type, HistoryValue? Answer, T? Result)>> act)
        where T : class
    {
        var id = history.Invoke(op, asked);
        try
        {
            var (type, answer, result) = await act();
            history.End(type, op, id, answer);
            return result;
        }
        catch (Exception e)
        {
            // Of whatever kind: the answer is lost, and nobody knows what was done.
            history.End(HistoryEvent.Info, op, id, new HistoryValue { Text = $"{e.GetType().Name}: {e.Message}" });
            return null;
        }
    }

    private string AnyNode(HeldLease held) => held.Lease.Nodes[random.Next(held.Lease.Nodes.Count)];

    private void Aside(Task task)
    {
        _aside.RemoveAll(t => t.IsCompletedSuccessfully);
        _aside.Add(task);
    }
}
