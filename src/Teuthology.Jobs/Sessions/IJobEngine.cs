namespace Teuthology.Jobs;

/// <summary>Runs jobs. The command line and the test adapter both go through here.</summary>
public interface IJobEngine
{
    /// <summary>Checks the job's text alone: its tasks exist and their options make sense, roles and targets are well-formed. Asks no lab.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="ConfigurationException">What is wrong, and where.</exception>
    void Check(JobSpec job)
    {
    }

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
