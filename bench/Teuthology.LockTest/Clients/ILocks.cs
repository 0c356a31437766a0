using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>What is tested: the operations of a store of leases, however it is reached.</summary>
internal interface ILocks : IAsyncDisposable
{
    Task<Lease?> TryClaimAsync(ClaimRequest request);

    Task<Lease> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken);

    Task<bool> RenewAsync(Lease lease, TimeSpan duration);

    Task<int> ReleaseAsync(Lease lease);

    Task<int> KeepAsync(Lease lease);

    Task<IReadOnlyList<string>> BreakAsync(string owner, IReadOnlyList<string>? names);

    Task<IReadOnlyList<NodeRecord>> ListAsync();

    Task<int> CountWaitersAsync();

    Task ReclaimAsync();
}
