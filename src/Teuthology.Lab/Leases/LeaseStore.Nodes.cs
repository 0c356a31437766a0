namespace Teuthology.Lab;

/// <content>Machines and their facts, who waits, and what was.</content>
public sealed partial class LeaseStore
{
    // Enough to know how long machines are usually held.
    private const int TurnsWeighed = 2000;

    /// <summary>Adds machines, or brings their facts up to date; locks stay as they are.</summary>
    /// <param name="nodes">Name, type and facts are taken; a null fact leaves the stored one.</param>
    /// <param name="cancellationToken">Stops between two machines.</param>
    public async Task RegisterAsync(IEnumerable<NodeRecord> nodes, CancellationToken cancellationToken)
    {
        foreach (var node in nodes)
            await _database.ExecuteAsync(() => NodeStatements.Register(node), cancellationToken);
        await TellAsync();
    }

    /// <summary>Adds a machine.</summary>
    /// <param name="node">Name, type, facts, description and whether it is in use; nobody holds it.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>False when there is one of that name already; it stays as it is.</returns>
    public Task<bool> CreateAsync(NodeRecord node, CancellationToken cancellationToken) => CreateAsync(node, deed: null, cancellationToken);

    /// <summary>Changes facts of a machine; who holds it stays.</summary>
    /// <param name="name">The machine.</param>
    /// <param name="update">What changes.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>The machine after it; null when there is none of that name.</returns>
    public Task<NodeRecord?> UpdateAsync(string name, NodeUpdate update, CancellationToken cancellationToken) => UpdateAsync(name, update, deed: null, cancellationToken);

    /// <summary>Takes a machine out of use, or puts it back; a lease that holds it goes on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="up">Whether claims may take it.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    public Task SetUpAsync(string name, bool up, CancellationToken cancellationToken) => UpdateAsync(name, new NodeUpdate { Up = up }, cancellationToken);

    /// <summary>Forgets a machine with its turns; who holds it learns it at the next heartbeat.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>False when there is none of that name.</returns>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => DeleteAsync(name, deed: null, cancellationToken);

    /// <summary>
    /// Counts a failure of a machine: it did not come up, could not be imaged, or did not answer. At the limit it is taken out of use with the reason.
    /// A machine that a person took out stays as it is.
    /// </summary>
    /// <param name="name">The machine.</param>
    /// <param name="reason">What failed, in words.</param>
    /// <param name="limit">How many failures in a row take it out, at least 1.</param>
    /// <param name="retryAfter">When it is tried again: from then on a claim may take it, one at a time and one such machine a claim; null for never by itself.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>The machine after it; null when there is none of that name, or a person took it out.</returns>
    public async Task<NodeRecord?> ReportFailureAsync(string name, string reason, int limit, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var pause = retryAfter is { } after ? Milliseconds(after) : null;
        var changed = await _database.QueryAsync(() => _database.Nodes.Failed(name, reason, limit, pause), _rows.Node, cancellationToken);
        await TellAsync();
        return changed.FirstOrDefault();
    }

    /// <summary>Forgets the failures of a machine, and puts it back into use if they took it out. One that a person took out stays out.</summary>
    /// <param name="name">The machine.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>True when it had failures.</returns>
    public async Task<bool> ReportSuccessAsync(string name, CancellationToken cancellationToken)
    {
        var changed = await ChangeAsync(() => _database.Nodes.Succeeded(name), cancellationToken);
        if (changed > 0)
            await TellAsync();
        return changed > 0;
    }

    /// <summary>All machines with their locks, in the lab's order: <c>teuthology lock --list</c>.</summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<NodeRecord>> ListAsync(CancellationToken cancellationToken) =>
        InOrder(await _database.QueryAsync(() => _database.Nodes.All, _rows.Node, cancellationToken));

    /// <summary>
    /// A text that stays the same only as long as nobody, in whatever process, changes a machine or a lock; it may change without that. Read before
    /// <see cref="ListAsync"/> it tells whether the list is still good.
    /// </summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public Task<string> MarkAsync(CancellationToken cancellationToken) => _database.MarkAsync(cancellationToken);

    /// <summary>A machine with its lock; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<NodeRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await _database.QueryAsync(() => _database.Nodes.One(name), _rows.Node, cancellationToken)).FirstOrDefault();

    /// <summary>Who waits, first come first.</summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<WaiterRecord>> WaitersAsync(CancellationToken cancellationToken) =>
        await _database.QueryAsync(() => _database.Queue.Waiters, _rows.Waiter, cancellationToken);

    /// <summary>Who waits, first come first, with the time of the likely turn: <c>teuthology lab queue</c>.</summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<QueuePlace>> QueueAsync(CancellationToken cancellationToken)
    {
        var waiters = await WaitersAsync(cancellationToken);
        if (waiters.Count == 0)
            return [];
        var nodes = await ListAsync(cancellationToken);
        return new QueueForecast(await TurnsAsync(null, TurnsWeighed, cancellationToken), Time.GetUtcNow()).Of(nodes, waiters);
    }

    /// <summary>Turns that are over, the newest first: who held what from when to when. <see cref="TurnsKept"/> of each machine are remembered.</summary>
    /// <param name="name">Of this machine; null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<LeaseTurn>> TurnsAsync(string? name, int most, CancellationToken cancellationToken) =>
        await _database.QueryAsync(() => _database.Nodes.Turns(name, most), _rows.Turn, cancellationToken);

    internal Task<int> NoteAsync(Lease lease, Machine machine) =>
        _database.ExecuteAsync(() => NodeStatements.Describe(lease.Fence, machine), CancellationToken.None);

    internal async Task<long> EnqueueAsync(ClaimRequest request, TimeSpan patience)
    {
        var controller = (request.Controller ?? ControllerProcess.Current).ToString();
        var id = Guid.CreateVersion7(Time.GetUtcNow()).ToString("N");
        var waiter = await _database.QueryAsync(() => _database.Queue.Enqueue(request, id, controller, Milliseconds(patience)!.Value), _rows.Waiter, CancellationToken.None);
        return waiter[0].Ticket;
    }

    internal Task<int> KeepTicketAsync(long ticket, TimeSpan patience) =>
        _database.ExecuteAsync(() => _database.Queue.Keep(ticket, Milliseconds(patience)!.Value), CancellationToken.None);

    internal async Task DequeueAsync(long ticket)
    {
        await _database.ExecuteAsync(() => QueueStatements.Leave(ticket), CancellationToken.None);
        await TellAsync();
    }

    internal Task<long> VersionAsync(CancellationToken cancellationToken) => _database.VersionAsync(cancellationToken);

    internal Task ListenAsync(CancellationToken cancellationToken) => _database.ListenAsync(Changes.Signal, cancellationToken);
}
