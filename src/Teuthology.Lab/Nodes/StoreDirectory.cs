namespace Teuthology.Lab;

/// <summary>The machines of a lease store, under the rules of paddles' locks.</summary>
/// <param name="store">The store; disposed with this unless <see cref="LeavesOpen"/>.</param>
public sealed class StoreDirectory(LeaseStore store) : INodeDirectory
{
    /// <summary>Opens the store that the options name.</summary>
    /// <param name="options">Where the state is.</param>
    /// <param name="time">Clock.</param>
    public static StoreDirectory Open(LabOptions options, TimeProvider time) => new(new LeaseStore(options.Store ?? StorePlace.OfHost(options.StateDirectory), time)
    {
        LocalDirectory = options.StateDirectory,
    });

    /// <summary>Whether the store is somebody else's to dispose of.</summary>
    public bool LeavesOpen { get; init; }

    /// <summary>Who asks; written with the first change that is made. Null for nobody of whom to tell.</summary>
    public Deed? Deed { get; init; }

    /// <inheritdoc/>
    public string Place => store.Place;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeRecord>> ListAsync(NodeQuery query, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(cancellationToken)).Select(Seen).Where(query.Fits).Take(query.Count ?? int.MaxValue)];

    /// <inheritdoc/>
    public async Task<NodeRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) is { } node ? Seen(node) : null;

    /// <inheritdoc/>
    public async Task CreateAsync(string name, NodeUpdate facts, CancellationToken cancellationToken)
    {
        await RequireCarrierAsync(facts, cancellationToken);
        var node = new NodeRecord
        {
            Name = name,
            MachineType = facts.MachineType ?? "",
            Up = facts.Up ?? false,
            IsVm = facts.IsVm ?? false,
            Description = facts.Description?.Value,
            Arch = facts.Arch?.Value,
            OsType = facts.OsType?.Value,
            OsVersion = facts.OsVersion?.Value,
            MacAddress = facts.MacAddress?.Value,
            SshPubKey = facts.SshPubKey?.Value,
            VmHost = facts.VmHost?.Value,
        };
        if (!await store.CreateAsync(node, Deed, cancellationToken))
            throw new NodeRefusedException(NodeRefusal.Invalid, $"Node with name {name} already exists");
    }

    /// <inheritdoc/>
    public async Task UpdateAsync(string name, NodeUpdate change, CancellationToken cancellationToken)
    {
        await RequireCarrierAsync(change, cancellationToken);
        if (await store.UpdateAsync(name, change, Deed, cancellationToken) is null)
            throw new NodeRefusedException(NodeRefusal.NotFound, "attempted to update a non-existent node");
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync(name, Deed, cancellationToken))
            throw LockRules.Unknown();
    }

    /// <inheritdoc/>
    public async Task<NodeLock> LockAsync(string name, LockTerms terms, CancellationToken cancellationToken)
    {
        LockRules.CheckLock(await FindAsync(name, cancellationToken), terms);

        // Who names a machine does not stand in line for any.
        var claim = Claim(terms) with { Count = 1, Names = [name] };
        if (await store.ClaimNodesAsync(claim, ticket: 0, cancellationToken) is [var taken])
            return new NodeLock([taken]);
        LockRules.CheckLock(await FindAsync(name, cancellationToken), terms);
        throw LockRules.Busy();
    }

    /// <inheritdoc/>
    public async Task<NodeLock> LockManyAsync(LockManyRequest request, LockTerms terms, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1);
        var claim = Claim(terms) with
        {
            Count = request.Count,
            MachineTypes = request.MachineTypes,
            OsType = request.OsType,
            OsVersion = request.OsVersion,
            Arch = request.Arch,
        };
        var line = new LeaseLine(store, claim);
        if (await line.TryAsync(request.Ticket, request.Wait, cancellationToken) is { Count: > 0 } taken)
            return new NodeLock(taken);
        var fits = MachineTerms.Of(claim);
        var now = store.Time.GetUtcNow();
        var free = (await store.ListAsync(cancellationToken)).Count(node => fits.Fit(node) && node.IsFree(now));
        var ahead = free < request.Count ? "" : ", and others wait for them";
        throw new NodeRefusedException(NodeRefusal.Insufficient, $"only {free} nodes available{ahead}") { Ticket = line.Ticket };
    }

    /// <inheritdoc/>
    public async Task UnlockAsync(string name, string owner, string? description, CancellationToken cancellationToken)
    {
        LockRules.CheckUnlock(await FindAsync(name, cancellationToken), owner, description);
        if (await store.UnlockAsync(name, owner, description, Deed, cancellationToken) is null)
        {
            LockRules.CheckUnlock(await FindAsync(name, cancellationToken), owner, description);
            throw LockRules.Busy();
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeRecord>> UnlockManyAsync(IReadOnlyList<string> names, string owner, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return [];
        if (names.Distinct(StringComparer.Ordinal).Count() == names.Count && await store.UnlockAllAsync(names, owner, Deed, cancellationToken) is { Count: > 0 } freed)
            return freed;

        // All or none, and none it was: tell why.
        var nodes = (await store.ListAsync(cancellationToken)).Where(node => names.Contains(node.Name)).Select(Seen).ToList();
        if (nodes.Count != names.Count)
            throw new NodeRefusedException(NodeRefusal.Invalid, "Could not find all nodes!");
        foreach (var node in nodes)
            LockRules.CheckUnlock(node, owner, null);
        throw LockRules.Busy();
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(NodeLock held, TimeSpan duration, CancellationToken cancellationToken) => held.ExpiresAt is null || await store.RenewAsync(
        new Lease(held.Fence, [.. held.Nodes.Select(node => node.Name)], "", default, default), duration, cancellationToken);

    /// <summary>Closes the store, unless it is somebody else's.</summary>
    public ValueTask DisposeAsync() => LeavesOpen ? ValueTask.CompletedTask : store.DisposeAsync();

    private ClaimRequest Claim(LockTerms terms) => new()
    {
        Count = 0,
        Owner = terms.Owner,
        Description = terms.Description,
        Duration = terms.Lease ?? Timeout.InfiniteTimeSpan,
        RequestId = terms.RequestId,
        Controller = null,
        Deed = Deed,
    };

    private NodeRecord Seen(NodeRecord node) => node.At(store.Time.GetUtcNow());

    private async Task RequireCarrierAsync(NodeUpdate change, CancellationToken cancellationToken)
    {
        if (change.VmHost is { Value: { } host } && await store.FindAsync(host, cancellationToken) is null)
            throw new NodeRefusedException(NodeRefusal.Invalid, $"vm_host: there is no node {host}");
    }
}
