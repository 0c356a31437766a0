namespace Teuthology.Scheduling;

/// <summary>
/// Jobs that wait for a worker, one line for each kind of machines: a tube, as beanstalkd calls it. A job is taken by one worker at a time, and stays
/// in the queue until that worker says it is finished: what a worker leaves that died goes back to its place, or ends by <see cref="QueuePolicy"/>.
/// </summary>
public interface IJobQueue : IAsyncDisposable
{
    /// <summary>Where it is, for messages: a file, a database, or beanstalkd's address.</summary>
    string Place { get; }

    /// <summary>Puts a job into its tube.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Gives up before it is sent.</param>
    /// <returns>Its id, digits, unique in this queue: the job's id in its run.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the queue does not answer.</exception>
    Task<string> PutAsync(NewQueueJob job, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the job of a tube whose turn it is: the lowest priority number, then the oldest. One that was tried too often is given, too, to be ended:
    /// see <see cref="QueueClaim.IsSpent"/>.
    /// </summary>
    /// <param name="tube">The tube.</param>
    /// <param name="worker">Who takes it, for the job's history.</param>
    /// <param name="wait">How long to wait for one; zero does not.</param>
    /// <param name="cancellationToken">Stops waiting; a job that was taken is given all the same.</param>
    /// <returns>The job; null when none came, or the tube is paused.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the queue does not answer.</exception>
    Task<QueueClaim?> TakeAsync(string tube, string worker, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Says that the worker lives and has the job in hand.</summary>
    /// <param name="claim">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the job is no longer this worker's: it must not go on with it.</returns>
    Task<bool> RenewAsync(QueueClaim claim, CancellationToken cancellationToken);

    /// <summary>Takes a job out of the queue: it ran, or never will.</summary>
    /// <param name="claim">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it was no longer this worker's.</returns>
    Task<bool> FinishAsync(QueueClaim claim, CancellationToken cancellationToken);

    /// <summary>Gives a job back to its place.</summary>
    /// <param name="claim">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="reason">Why, for its history.</param>
    /// <param name="isTry">Whether the job was tried: what a worker gives back because of its own troubles does not count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it was no longer this worker's.</returns>
    Task<bool> ReturnAsync(QueueClaim claim, string reason, bool isTry, CancellationToken cancellationToken);

    /// <summary>Makes a job ready to be taken over by another process, which <see cref="AdoptAsync"/> does; when it does not in time, the job goes back to its place.</summary>
    /// <param name="claim">What <see cref="TakeAsync"/> gave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the job is no longer this worker's.</returns>
    Task<bool> HandOverAsync(QueueClaim claim, CancellationToken cancellationToken);

    /// <summary>Takes over a job that another process took and handed over.</summary>
    /// <param name="claim">What the other process got from <see cref="TakeAsync"/>.</param>
    /// <param name="worker">Who has it from now on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the job is somebody else's by now, or gone: it must not be run.</returns>
    Task<bool> AdoptAsync(QueueClaim claim, string worker, CancellationToken cancellationToken);

    /// <summary>Jobs in the order in which they will be taken, tube by tube, those in a worker's hands first. Nothing is taken by looking.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<QueueEntry>> ListAsync(QueueQuery query, CancellationToken cancellationToken);

    /// <summary>The times that a job was taken, the first one first; also of one that is finished, as long as the queue remembers it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<QueueAttempt>> HistoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>The tubes that have, or had, jobs, by name.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<TubeState>> TubesAsync(CancellationToken cancellationToken);

    /// <summary>Has nobody take jobs from a tube for a while; those in hand go on.</summary>
    /// <param name="tube">The tube.</param>
    /// <param name="pause">By whom, why, and for how long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task PauseAsync(string tube, QueuePause pause, CancellationToken cancellationToken);

    /// <summary>Ends a pause.</summary>
    /// <param name="tube">The tube.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task ResumeAsync(string tube, CancellationToken cancellationToken);

    /// <summary>Takes out jobs that nobody has in hand.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The ids that were taken out.</returns>
    Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);
}
