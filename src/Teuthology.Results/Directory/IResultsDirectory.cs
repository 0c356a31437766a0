using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>
/// Runs and their jobs, wherever they are written down: in the store of this site, or at a server that speaks paddles' calls. Its rules are paddles':
/// a job that passed or failed keeps its status, and the status of a run follows from those of its jobs.
/// </summary>
public interface IResultsDirectory : IAsyncDisposable
{
    /// <summary>Where it is, for messages: a file, a database or a URL.</summary>
    string Place { get; }

    /// <summary>Runs, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>A run, or null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<RunRecord?> RunAsync(string name, CancellationToken cancellationToken);

    /// <summary>Jobs of a run, in the order of their ids, numbers by value; of a run that does not exist there are none.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<IReadOnlyList<JobRecord>> JobsAsync(string runName, CancellationToken cancellationToken);

    /// <summary>A job, or null.</summary>
    /// <param name="runName">Name of its run.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<JobRecord?> JobAsync(string runName, string jobId, CancellationToken cancellationToken);

    /// <summary>The newest jobs that had a machine among their targets, the newest first.</summary>
    /// <param name="node">Name of the machine, in full, without a user.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<IReadOnlyList<JobRecord>> JobsOfNodeAsync(string node, int count, CancellationToken cancellationToken);

    /// <summary>Writes what is known of a job; the run and the job are made when missing, keys that are not told stay.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="jobId">Id of the job in it.</param>
    /// <param name="told">Keys and values, by the results server's names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer, or does not take it.</exception>
    Task SaveJobAsync(string runName, string jobId, JsonObject told, CancellationToken cancellationToken);

    /// <summary>Forgets a run with all of its jobs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is none of that name.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<bool> DeleteRunAsync(string name, CancellationToken cancellationToken);

    /// <summary>Forgets a job.</summary>
    /// <param name="runName">Name of its run.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is none of that id.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the place does not answer.</exception>
    Task<bool> DeleteJobAsync(string runName, string jobId, CancellationToken cancellationToken);
}
