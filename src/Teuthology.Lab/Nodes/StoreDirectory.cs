namespace Teuthology.Lab;

/// <summary>The machines of a lease store, under the rules of paddles' locks.</summary>
/// <param name="store">The store; disposed with this.</param>
public sealed class StoreDirectory(LeaseStore store) : INodeDirectory
{
    /// <summary>Opens the store that the options name.</summary>
    /// <param name="options">Where the state is.</param>
    /// <param name="time">Clock.</param>
    public static StoreDirectory Open(LabOptions options, TimeProvider time) => new(new LeaseStore(options.Store ?? StorePlace.OfHost(options.StateDirectory), time)
    {
        LocalDirectory = options.StateDirectory,
    });

    /// <inheritdoc/>
    public string Place => store.Place;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeRecord>> ListAsync(NodeQuery query, CancellationToken cancellationToken)
    {
        var nodes = (await store.ListAsync(cancellationToken)).Select(Seen).Where(node =>
            query.MachineTypes?.Contains(node.MachineType) != false
            && (query.Locked is null || node.Locked == query.Locked)
            && (query.Up is null || node.Up == query.Up)
            && (query.OsType is null || node.OsType == query.OsType)
            && (query.OsVersion is null || node.OsVersion == query.OsVersion)
            && (query.LockedBy is null || node.LockedBy == query.LockedBy));
        return [.. nodes.Take(query.Count ?? int.MaxValue)];
    }

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
        if (!await store.CreateAsync(node, cancellationToken))
            throw new NodeRefusedException(NodeRefusal.Invalid, $"Node with name {name} already exists");
    }

    /// <inheritdoc/>
    public async Task UpdateAsync(string name, NodeUpdate change, CancellationToken cancellationToken)
    {
        await RequireCarrierAsync(change, cancellationToken);
        if (await store.UpdateAsync(name, change, cancellationToken) is null)
            throw new NodeRefusedException(NodeRefusal.NotFound, "attempted to update a non-existent node");
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync(name, cancellationToken))
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
        if (await store.UnlockAsync(name, owner, description, cancellationToken) is null)
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
        if (names.Distinct(StringComparer.Ordinal).Count() == names.Count && await store.UnlockAllAsync(names, owner, cancellationToken) is { Count: > 0 } freed)
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

    /// <summary>Closes the store.</summary>
    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static ClaimRequest Claim(LockTerms terms) => new()
    {
        Count = 0,
        Owner = terms.Owner,
        Description = terms.Description,
        Duration = terms.Lease ?? Timeout.InfiniteTimeSpan,
        RequestId = terms.RequestId,
        Controller = null,
    };

    // A lease that is over holds nothing, though the row still names who had it.
    private NodeRecord Seen(NodeRecord node) => node.Locked && node.IsUnheld(store.Time.GetUtcNow())
        ? node with { Locked = false, LockedBy = null, LockedSince = null, ExpiresAt = null }
        : node;

    private async Task RequireCarrierAsync(NodeUpdate change, CancellationToken cancellationToken)
    {
        if (change.VmHost is { Value: { } host } && await store.FindAsync(host, cancellationToken) is null)
            throw new NodeRefusedException(NodeRefusal.Invalid, $"vm_host: there is no node {host}");
    }
}
