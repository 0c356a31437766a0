namespace Teuthology.Jobs;

/// <summary>Runs jobs. The command line and the test adapter both go through here.</summary>
public interface IJobEngine
{
    /// <summary>
    /// Checks the job's text: its tasks exist and their options make sense, roles and targets are well-formed; and that its archive can be made. Asks no lab.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <returns>What may be a mistake, in sentences.</returns>
    /// <exception cref="ConfigurationException">What is wrong, and where.</exception>
    IReadOnlyList<string> Check(JobSpec job) => [];

    /// <summary>
    /// Checks the job (tasks exist, roles are well-formed, the lab can serve it), opens its archive, and locks and images its machines.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="observer">Told of the steps; may be null.</param>
    /// <param name="cancellationToken">Cancels waiting; what was taken is given back.</param>
    /// <returns>An open session, to be unwound by <see cref="IJobSession.UnwindAsync"/> or disposal. A job that cannot be served gives
    /// a session whose <see cref="IJobSession.SkipReason"/> is set.</returns>
    Task<IJobSession> StartAsync(JobSpec job, IJobObserver? observer, CancellationToken cancellationToken);
}
