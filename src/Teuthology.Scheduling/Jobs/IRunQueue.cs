using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>Where the jobs of a run go.</summary>
public interface IRunQueue
{
    /// <summary>Queues a job, and tells the results of it.</summary>
    /// <param name="document">The whole job.</param>
    /// <param name="cancellationToken">Gives up before it is queued.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the queue does not answer.</exception>
    Task<string> PutAsync(YamlMap document, CancellationToken cancellationToken);

    /// <summary>Takes back jobs that nobody has begun, and what the results know of them.</summary>
    /// <param name="runName">Name of their run.</param>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The ids that were taken back.</returns>
    Task<IReadOnlyList<string>> TakeBackAsync(string runName, IReadOnlyList<string> ids, CancellationToken cancellationToken);
}
