using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>
/// The lock server over HTTP, by paddles' calls with our additions. There is no process behind a lease, and machines are given back in the name of
/// their owner: who tests it gives each claim an owner of its own.
/// </summary>
internal sealed class ServerLocks(ServerDirectory directory) : ILocks
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    public static ServerLocks Open(string url) => new(new ServerDirectory(
        new HttpClient { Timeout = TimeSpan.FromSeconds(6) }, url, new ServerPatience { Tries = 3, FirstPause = TimeSpan.FromMilliseconds(200) }));

    public Task<Lease?> TryClaimAsync(ClaimRequest request) => LockAsync(request, TimeSpan.Zero);

    /// <summary>Waits a few seconds in line at the server; to hang up would leave open what was done.</summary>
    public async Task<Lease> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) =>
        await LockAsync(request, Wait) ?? throw new OperationCanceledException();

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration) => directory.RenewAsync(
        new NodeLock([.. lease.Nodes.Select(n => new NodeRecord { Name = n, MachineType = "", Fence = lease.Fence, ExpiresAt = lease.ExpiresAt })]), duration, CancellationToken.None);

    public async Task<int> ReleaseAsync(Lease lease) => (await BreakAsync(lease.Owner, lease.Nodes)).Count;

    /// <summary>The calls know no such thing.</summary>
    public Task<int> KeepAsync(Lease lease) => Task.FromResult(0);

    public async Task<IReadOnlyList<string>> BreakAsync(string owner, IReadOnlyList<string>? names)
    {
        try
        {
            names ??= [.. (await directory.ListAsync(new NodeQuery { LockedBy = owner, Locked = true }, CancellationToken.None)).Select(n => n.Name)];
            return names.Count == 0 ? [] : [.. (await directory.UnlockManyAsync(names, owner, CancellationToken.None)).Select(n => n.Name)];
        }
        catch (NodeRefusedException)
        {
            // Some of them are no longer his: none was freed.
            return [];
        }
    }

    public Task<IReadOnlyList<NodeRecord>> ListAsync() => directory.ListAsync(new NodeQuery(), CancellationToken.None);

    public Task<int> CountWaitersAsync() => throw new NotSupportedException("ask the store");

    public Task ReclaimAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => directory.DisposeAsync();

    private async Task<Lease?> LockAsync(ClaimRequest request, TimeSpan wait)
    {
        try
        {
            var terms = new LockTerms { Owner = request.Owner, Description = request.Description, Lease = request.Duration, RequestId = Guid.NewGuid().ToString("N") };
            var got = await directory.LockManyAsync(new LockManyRequest { Count = request.Count, MachineTypes = request.MachineTypes, Wait = wait }, terms, CancellationToken.None);
            return new Lease(got.Fence, [.. got.Nodes.Select(n => n.Name)], request.Owner, got.Nodes[0].LockedSince!.Value, got.ExpiresAt!.Value);
        }
        catch (NodeRefusedException e) when (e.Refusal == NodeRefusal.Insufficient)
        {
            return null;
        }
    }
}
