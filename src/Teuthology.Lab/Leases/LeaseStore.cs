using System.Text.Json;

namespace Teuthology.Lab;

/// <summary>
/// The lab's machines and who holds them, in a SQLite file that all processes of the host share.
/// No machine is ever given to two leases: each change of hands is one SQL statement and carries a new, higher fence.
/// </summary>
/// <param name="file">Path of the SQLite file; made, with its directory, when it is missing.</param>
/// <param name="time">Tells the time; leases end by it.</param>
public sealed class LeaseStore(string file, TimeProvider time) : IAsyncDisposable
{
    // The store wants an end; nobody sees this one.
    private static readonly TimeSpan UntilUnlocked = TimeSpan.FromDays(36_500);
    private readonly LeaseDatabase _database = new(file);

    /// <summary>Path of the SQLite file.</summary>
    public string File { get; } = file;

    internal ChangeSignal Changes { get; } = new();

    internal TimeProvider Time { get; } = time;

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Adds machines, or brings their facts up to date; locks stay as they are.</summary>
    /// <param name="nodes">Name, type and facts are taken; a null fact leaves the stored one.</param>
    /// <param name="cancellationToken">Stops between two machines.</param>
    public async Task RegisterAsync(IEnumerable<NodeRecord> nodes, CancellationToken cancellationToken)
    {
        foreach (var node in nodes)
            await _database.ExecuteAsync(LeaseStatements.Register(node), cancellationToken);
        Changes.Signal();
    }

    /// <summary>Takes all machines asked for, or none, without waiting; those who wait come first.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Looked at before the claim, never after it.</param>
    /// <returns>The lease; null when too few are free or somebody waits for such machines.</returns>
    public Task<Lease?> TryClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        ClaimInTurnAsync(request, long.MaxValue, cancellationToken);

    /// <summary>Waits in line until it gets all machines asked for.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="progress">Told what is waited for; may be null.</param>
    /// <param name="cancellationToken">Leaves the line; nothing stays held.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the lab no longer has that many machines in use.</exception>
    public Task<Lease> ClaimAsync(ClaimRequest request, IProgress<string>? progress, CancellationToken cancellationToken) =>
        new LeaseQueue(this).ClaimAsync(request, progress, cancellationToken);

    /// <summary>Moves the end of a lease into the future, as long as every machine of it is still held.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="duration">How long it holds from now.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>False when the lease was lost, all or in part.</returns>
    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        var now = Now;
        return await _database.ExecuteAsync(LeaseStatements.Renew(lease, now, now + (long)duration.TotalMilliseconds), cancellationToken) == lease.Nodes.Count;
    }

    /// <summary>Frees what the lease still holds; machines that others took meanwhile are left alone.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>How many machines were freed.</returns>
    public async Task<int> ReleaseAsync(Lease lease)
    {
        // Giving back cannot be called off.
        var freed = await _database.ExecuteAsync(LeaseStatements.Release(lease.Fence), CancellationToken.None);
        Changes.Signal();
        return freed;
    }

    /// <summary>Makes a lease outlive its process: its machines stay locked until somebody breaks the lock.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>How many machines stay held.</returns>
    public Task<int> KeepAsync(Lease lease) =>
        _database.ExecuteAsync(LeaseStatements.Keep(lease.Fence, Now + (long)UntilUnlocked.TotalMilliseconds), CancellationToken.None);

    /// <summary>Frees machines whoever renews their lease: <c>teuthology lock --unlock --owner</c>. Their holder learns it at its next heartbeat.</summary>
    /// <param name="owner">Only what this owner holds.</param>
    /// <param name="names">Only these machines; null for all of the owner.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>Names of the machines that were freed.</returns>
    public async Task<IReadOnlyList<string>> BreakAsync(string owner, IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var freed = await _database.QueryAsync(LeaseStatements.Break(owner, Json(names)), LeaseRows.Node, CancellationToken.None);
        Changes.Signal();
        return [.. InOrder(freed).Select(n => n.Name)];
    }

    /// <summary>Takes a machine out of use, or puts it back; a lease that holds it goes on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="up">Whether claims may take it.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task SetUpAsync(string name, bool up, CancellationToken cancellationToken)
    {
        await _database.ExecuteAsync(LeaseStatements.SetUp(name, up), cancellationToken);
        Changes.Signal();
    }

    /// <summary>All machines with their locks, in the lab's order: <c>teuthology lock --list</c>.</summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<NodeRecord>> ListAsync(CancellationToken cancellationToken) =>
        [.. InOrder(await _database.QueryAsync(LeaseStatements.Nodes, LeaseRows.Node, cancellationToken))];

    /// <summary>Who waits, first come first.</summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<WaiterRecord>> WaitersAsync(CancellationToken cancellationToken) =>
        await _database.QueryAsync(LeaseStatements.Waiters, LeaseRows.Waiter, cancellationToken);

    /// <summary>Ends leases and waits of processes of this host that are gone.</summary>
    /// <param name="cancellationToken">Looked at between two processes.</param>
    /// <returns>How many machines and places in the queue became free.</returns>
    public async Task<int> ReclaimAsync(CancellationToken cancellationToken)
    {
        var controllers = await _database.QueryAsync(LeaseStatements.Controllers, row => row.GetString(0), cancellationToken);
        var count = 0;
        foreach (var controller in controllers.Where(c => ControllerProcess.TryParse(c, out var process) && process.IsDead))
        {
            count += await _database.ExecuteAsync(LeaseStatements.EndLeasesOf(controller), cancellationToken);
            count += await _database.ExecuteAsync(LeaseStatements.LeaveQueue(controller), cancellationToken);
        }

        if (count > 0)
            Changes.Signal();
        return count;
    }

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    internal async Task<Lease?> ClaimInTurnAsync(ClaimRequest request, long ticket, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var now = Now;
        var claim = LeaseStatements.Claim(request, Json(request.Among), ticket, now, now + (long)request.Duration.TotalMilliseconds);

        // Once it runs it must not be called off: nobody would know what it took.
        var taken = await _database.QueryAsync(claim, LeaseRows.Node, CancellationToken.None);
        return taken.Count == 0 ? null : LeaseOf(InOrder(taken));
    }

    internal Task<int> NoteAsync(Lease lease, Machine machine) =>
        _database.ExecuteAsync(LeaseStatements.Describe(lease.Fence, machine), CancellationToken.None);

    internal async Task<long> EnqueueAsync(ClaimRequest request, TimeSpan patience)
    {
        var now = Now;
        var controller = (request.Controller ?? ControllerProcess.Current).ToString();
        var waiter = await _database.QueryAsync(
            LeaseStatements.Enqueue(request, controller, now, now + (long)patience.TotalMilliseconds), LeaseRows.Waiter, CancellationToken.None);
        return waiter[0].Ticket;
    }

    internal Task<int> KeepTicketAsync(long ticket, TimeSpan patience) =>
        _database.ExecuteAsync(LeaseStatements.KeepTicket(ticket, Now + (long)patience.TotalMilliseconds), CancellationToken.None);

    internal async Task DequeueAsync(long ticket)
    {
        await _database.ExecuteAsync(LeaseStatements.Dequeue(ticket), CancellationToken.None);
        Changes.Signal();
    }

    internal Task<long> VersionAsync(CancellationToken cancellationToken) => _database.VersionAsync(cancellationToken);

    private static Lease LeaseOf(List<NodeRecord> nodes) => new(
        nodes[0].Fence, [.. nodes.Select(n => n.Name)], nodes[0].LockedBy!, nodes[0].LockedSince!.Value, nodes[0].ExpiresAt!.Value);

    private static List<NodeRecord> InOrder(IEnumerable<NodeRecord> nodes) =>
        [.. nodes.OrderBy(n => n.Name.Length).ThenBy(n => n.Name, StringComparer.Ordinal)];

    private static string? Json(IReadOnlyList<string>? names) => names is null ? null : JsonSerializer.Serialize(names);
}
