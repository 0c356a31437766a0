using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>The store as the product uses it.</summary>
internal class StoreLocks(LeaseStore store) : ILocks
{
    public virtual Task<Lease?> TryClaimAsync(ClaimRequest request) => store.TryClaimAsync(request, CancellationToken.None);

    public virtual Task<Lease> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken) => store.ClaimAsync(request, null, cancellationToken);

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration) => store.RenewAsync(lease, duration, CancellationToken.None);

    public Task<int> ReleaseAsync(Lease lease) => store.ReleaseAsync(lease);

    public Task<int> KeepAsync(Lease lease) => store.KeepAsync(lease);

    public Task<IReadOnlyList<string>> BreakAsync(string owner, IReadOnlyList<string>? names) => store.BreakAsync(owner, names, CancellationToken.None);

    public Task<IReadOnlyList<NodeRecord>> ListAsync() => store.ListAsync(CancellationToken.None);

    public async Task<int> CountWaitersAsync() => (await store.WaitersAsync(CancellationToken.None)).Count;

    public Task ReclaimAsync() => store.ReclaimAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
