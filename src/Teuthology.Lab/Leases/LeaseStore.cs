using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>
/// The lab's machines and who holds them, in a database that all who use the lab share.
/// No machine is ever given to two leases: each change of hands is one SQL statement and carries a new, higher fence.
/// </summary>
public sealed partial class LeaseStore : IAsyncDisposable
{
    /// <summary>How many turns of a machine are remembered.</summary>
    public const int TurnsKept = 100;

    /// <summary>Owner of the short claims under which machines are cleaned; they are not logged.</summary>
    internal const string Cleaner = "gc";

    // A controller that hangs may still renew a lease that is over; after this nobody counts on it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly LeaseDatabase _database;
    private readonly LeaseRows _rows;
    private readonly LeaseWriter _writer;

    /// <summary>Opens nothing yet: the first question does.</summary>
    /// <param name="place">
    /// Path of a SQLite file, made with its directory when it is missing; or a PostgreSQL database, <c>postgres://user@host/database</c> or
    /// <c>Host=…;Database=…</c>, whose tables are made when they are missing.
    /// </param>
    /// <param name="time">The process's clocks. Leases end by the host's monotonic clock, in PostgreSQL by the server's: a step of this wall clock moves none.</param>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    public LeaseStore(string place, TimeProvider time)
        : this(place, time, ownTime: false)
    {
    }

    /// <summary>For tests: <paramref name="ownTime"/> has the caller's clock rule in PostgreSQL, too.</summary>
    internal LeaseStore(string place, TimeProvider time, bool ownTime)
    {
        (Time, _rows) = (time, new LeaseRows(time));
        var isServer = PostgresPlace.Is(place);
        _database = isServer
            ? new PostgresLeases(new PostgresDatabase(place, LeaseSchema.Tables, time), ownTime ? () => time.GetUtcNow().ToUnixTimeMilliseconds() : null, _rows)
            : SqliteLeases.At(place, time, _rows);
        _writer = new LeaseWriter(_database, TellAsync);
        LocalDirectory = isServer ? Path.Combine(Path.GetTempPath(), "teuthology-leases") : Path.GetDirectoryName(Path.GetFullPath(place))!;
    }

    /// <summary>Where the store is, without secrets: the file's path, or <c>host:port/database</c>.</summary>
    public string Place => _database.Place;

    /// <summary>Directory on this host for what goes with leases, links to consoles: the file's own as a rule.</summary>
    public string LocalDirectory { get; init; }

    internal ChangeSignal Changes { get; } = new();

    internal TimeProvider Time { get; }

    /// <summary>Takes all machines asked for, or none, without waiting; those who wait for any of them come first.</summary>
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
    /// <param name="duration">How long it holds from now; <see cref="Timeout.InfiniteTimeSpan"/> until it is unlocked.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>False when the lease was lost, all or in part.</returns>
    public async Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        await ChangeAsync(() => _database.Leases.Renew(lease, Milliseconds(duration)), cancellationToken) == lease.Nodes.Count;

    /// <summary>Frees what the lease still holds; machines that others took meanwhile are left alone.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>How many machines were freed.</returns>
    public async Task<int> ReleaseAsync(Lease lease)
    {
        // Giving back cannot be called off.
        var freed = await ChangeAsync(() => _database.Leases.Release(lease), CancellationToken.None);
        await TellAsync();
        return freed;
    }

    /// <summary>Makes a lease outlive its process: its machines stay locked until somebody breaks the lock.</summary>
    /// <param name="lease">The lease.</param>
    /// <returns>How many machines stay held.</returns>
    public Task<int> KeepAsync(Lease lease) => KeepAsync(lease, until: null);

    /// <summary>Makes a lease outlive its process: its machines stay locked until then, or until somebody breaks the lock.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="until">When the hold ends; null for never.</param>
    /// <returns>How many machines stay held.</returns>
    public Task<int> KeepAsync(Lease lease, DateTimeOffset? until) =>
        ChangeAsync(() => _database.Leases.Keep(lease, Until(until)), CancellationToken.None);

    /// <summary>Moves the end of holds, of all machines named or of none.</summary>
    /// <param name="owner">Who must hold them, without a process that renews them.</param>
    /// <param name="names">The machines.</param>
    /// <param name="until">The new end; null for never.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>False when one of them is not held so.</returns>
    public async Task<bool> HoldAsync(string owner, IReadOnlyList<string> names, DateTimeOffset? until, CancellationToken cancellationToken) =>
        await ChangeAsync(() => _database.Leases.Hold(owner, names, Until(until)), cancellationToken) == names.Count;

    /// <summary>Frees machines whoever renews their lease: <c>teuthology lock --unlock --owner</c>. Their holder learns it at its next heartbeat.</summary>
    /// <param name="owner">Only what this owner holds.</param>
    /// <param name="names">Only these machines; null for all of the owner.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>Names of the machines that were freed.</returns>
    public async Task<IReadOnlyList<string>> BreakAsync(string owner, IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var freed = await _database.QueryAsync(() => _database.Leases.Break(owner, names), _rows.Node, CancellationToken.None);
        await TellAsync();
        return [.. InOrder(freed).Select(n => n.Name)];
    }

    /// <summary>Frees one machine for its owner: what the wire's <c>PUT /nodes/NAME/lock/</c> with <c>locked: false</c> does.</summary>
    /// <param name="name">The machine.</param>
    /// <param name="owner">Who must hold it.</param>
    /// <param name="description">What it must be held for; null or empty for anything.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>The machine after it; null when it was not held so.</returns>
    public Task<NodeRecord?> UnlockAsync(string name, string owner, string? description, CancellationToken cancellationToken) =>
        UnlockAsync(name, owner, description, deed: null, cancellationToken);

    /// <summary>Frees machines of one owner, all of them or none.</summary>
    /// <param name="names">The machines, each once.</param>
    /// <param name="owner">Who must hold all of them.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>The machines after it; empty when one of them is not held so.</returns>
    public Task<IReadOnlyList<NodeRecord>> UnlockAllAsync(IReadOnlyList<string> names, string owner, CancellationToken cancellationToken) =>
        UnlockAllAsync(names, owner, deed: null, cancellationToken);

    /// <summary>Ends leases and waits of processes of this host that are gone, and frees what has been over for long.</summary>
    /// <param name="cancellationToken">Looked at between two processes.</param>
    /// <returns>How many machines and places in the queue became free.</returns>
    public async Task<int> ReclaimAsync(CancellationToken cancellationToken)
    {
        var controllers = await _database.QueryAsync(() => LeaseStatements.Controllers, row => row.GetString(0), cancellationToken);
        var count = 0;
        foreach (var controller in controllers.Where(IsGone))
        {
            count += await ChangeAsync(() => _database.Leases.EndLeasesOf(controller), cancellationToken);
            count += await _database.ExecuteAsync(() => QueueStatements.LeaveAll(controller), cancellationToken);
        }

        count += await _database.ExecuteAsync(() => _database.Queue.Sweep(Milliseconds(Grace)!.Value), cancellationToken);
        count += await ChangeAsync(() => _database.Leases.Sweep(Milliseconds(Grace)!.Value), cancellationToken);
        if (count > 0)
            await TellAsync();
        return count;
    }

    /// <summary>Closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _database.DisposeAsync();
    }

    internal async Task<Lease?> ClaimInTurnAsync(ClaimRequest request, long ticket, CancellationToken cancellationToken)
    {
        var taken = await ClaimNodesAsync(request, ticket, cancellationToken);
        return taken.Count > 0 ? LeaseOf(taken) : null;
    }

    internal async Task<IReadOnlyList<NodeRecord>> ClaimNodesAsync(ClaimRequest request, long ticket, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1);
        if (request.Names is { } names && names.Distinct(StringComparer.Ordinal).Count() != request.Count)
            throw new ArgumentException("Count must be the number of the machines named, each once", nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        var id = request.RequestId ?? Guid.CreateVersion7(Time.GetUtcNow()).ToString("N");
        if (request.RequestId is not null && await _database.QueryAsync(() => _database.Leases.Claimed(id), _rows.Node, cancellationToken) is { Count: > 0 } before)
            return InOrder(before);
        var duration = request.Until is null ? Milliseconds(request.Duration) : Until(request.Until);
        var claim = _database.Leases.Claim(request, id, ticket, duration);
        var taken = request.Deed is { IsWritten: false } deed ? await ClaimNotedAsync(claim, deed) : await _database.ClaimAsync(claim, _rows.Node);
        if (taken.Count > 0)
            return InOrder(taken);
        return request.Names is null ? [] : await AgainAsync(request);
    }

    // Who locks again what he has for the same purpose has it, as upstream.
    private async Task<IReadOnlyList<NodeRecord>> AgainAsync(ClaimRequest request)
    {
        var nodes = (await ListAsync(CancellationToken.None)).Where(n => request.Names!.Contains(n.Name)).ToList();
        if (nodes.Count != request.Count
            || nodes.Exists(n => n.Fence != nodes[0].Fence || n.LockedBy != request.Owner || n.Description != request.Description || n.IsUnheld(Time.GetUtcNow())))
            return [];
        var length = request.Until is { } until ? until - Time.GetUtcNow() : request.Duration;
        DateTimeOffset? end = length == Timeout.InfiniteTimeSpan ? null : Time.GetUtcNow() + length;
        return await RenewAsync(LeaseOf(nodes), length, CancellationToken.None) ? [.. nodes.Select(n => n with { ExpiresAt = end })] : [];
    }

    // Wakes those who wait: here at once, elsewhere through the database.
    private Task TellAsync()
    {
        Changes.Signal();
        return _database.TellAsync();
    }

    private async Task<int> ChangeAsync(Func<FormattableString> sql, CancellationToken cancellationToken) =>
        (await _database.QueryAsync(sql, row => row.GetString(0), cancellationToken)).Count;

    private bool IsGone(string controller) =>
        ControllerProcess.TryParse(controller, out var process) && (_database.IsOneHost ? process.IsDead : process.IsDeadHere);

    private long? Until(DateTimeOffset? until) => until is { } end ? Math.Max(0, (long)(end - Time.GetUtcNow()).TotalMilliseconds) : null;

    private static long? Milliseconds(TimeSpan duration) => duration == Timeout.InfiniteTimeSpan ? null : (long)duration.TotalMilliseconds;

    private static Lease LeaseOf(IEnumerable<NodeRecord> taken)
    {
        var nodes = InOrder(taken);
        return new Lease(nodes[0].Fence, [.. nodes.Select(n => n.Name)], nodes[0].LockedBy!, nodes[0].LockedSince!.Value, nodes[0].ExpiresAt ?? DateTimeOffset.MaxValue);
    }

    private static List<NodeRecord> InOrder(IEnumerable<NodeRecord> nodes) =>
        [.. nodes.OrderBy(n => n.Name.Length).ThenBy(n => n.Name, StringComparer.Ordinal)];
}
