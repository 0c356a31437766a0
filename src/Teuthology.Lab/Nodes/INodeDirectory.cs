namespace Teuthology.Lab;

/// <summary>
/// The machines of a lab and who holds them, wherever that is written down: in the lease store of this site, or at a server that speaks paddles'
/// calls. Its rules are paddles': a locked machine is unlocked by the owner it is locked by, and a second lock of the same owner with the same
/// description is the same lock.
/// </summary>
public interface INodeDirectory : IAsyncDisposable
{
    /// <summary>Where it is, for messages: a file, a database or a URL.</summary>
    string Place { get; }

    /// <summary>Machines, by name.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<IReadOnlyList<NodeRecord>> ListAsync(NodeQuery query, CancellationToken cancellationToken);

    /// <summary>A machine; null when there is none of that name.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<NodeRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Adds a machine.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeRefusedException">There is one of that name, or a fact makes no sense.</exception>
    Task CreateAsync(string name, NodeUpdate facts, CancellationToken cancellationToken);

    /// <summary>Changes what is known of a machine.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="change">The columns to change; others stay.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeRefusedException">There is no such machine, or a value makes no sense.</exception>
    Task UpdateAsync(string name, NodeUpdate change, CancellationToken cancellationToken);

    /// <summary>Takes a machine out of the directory.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeRefusedException">There is no such machine.</exception>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Locks one machine, up or down.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="terms">For whom, what for, and until when.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeRefusedException">There is no such machine, or another lock holds it.</exception>
    Task<NodeLock> LockAsync(string name, LockTerms terms, CancellationToken cancellationToken);

    /// <summary>Locks machines of a kind, all or none; only those that are up and free.</summary>
    /// <param name="request">How many of which kind.</param>
    /// <param name="terms">For whom, what for, and until when.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeRefusedException">Too few are free: <see cref="NodeRefusal.Insufficient"/>.</exception>
    Task<NodeLock> LockManyAsync(LockManyRequest request, LockTerms terms, CancellationToken cancellationToken);

    /// <summary>Unlocks one machine.</summary>
    /// <param name="name">Its name, in full.</param>
    /// <param name="owner">Must be the one who holds it.</param>
    /// <param name="description">Must be the lock's; null or empty does not care.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeRefusedException">There is no such machine, or it is not locked so.</exception>
    Task UnlockAsync(string name, string owner, string? description, CancellationToken cancellationToken);

    /// <summary>Unlocks machines of one owner; all or none, but a paddles may stop half way.</summary>
    /// <param name="names">Their names, in full.</param>
    /// <param name="owner">Must be the one who holds all of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The machines, after it.</returns>
    /// <exception cref="NodeRefusedException">A machine is unknown, or not locked by the owner.</exception>
    Task<IReadOnlyList<NodeRecord>> UnlockManyAsync(IReadOnlyList<string> names, string owner, CancellationToken cancellationToken);

    /// <summary>Moves the end of a lease.</summary>
    /// <param name="held">The lock that <see cref="LockManyAsync"/> gave.</param>
    /// <param name="duration">How long it holds from now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when a machine of it is lost. A lock without end has nothing to renew: true.</returns>
    Task<bool> RenewAsync(NodeLock held, TimeSpan duration, CancellationToken cancellationToken);
}
