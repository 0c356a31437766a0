using System.Text.Json.Nodes;
using Teuthology.Jobs;

namespace Teuthology.PythonTasks;

/// <summary>The Ceph clusters that our own tasks have brought up in a job, for tasks of a checkout.</summary>
public interface IHostedClusters
{
    /// <summary>
    /// Each cluster: <c>name</c>, <c>fsid</c>, <c>conf</c> (the text of its ceph.conf), <c>mons</c> (addresses by role), <c>first_mon</c> (a role).
    /// </summary>
    /// <param name="job">The job.</param>
    JsonArray Tell(JobContext job);

    /// <summary>Stops a daemon of such a cluster in the cluster's own way.</summary>
    /// <param name="job">The job.</param>
    /// <param name="role">Role in full.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it is a daemon of none of them.</returns>
    Task<bool> TryStopAsync(JobContext job, string role, CancellationToken cancellationToken);

    /// <summary>Starts one.</summary>
    /// <param name="job">The job.</param>
    /// <param name="role">Role in full.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it is a daemon of none of them.</returns>
    Task<bool> TryStartAsync(JobContext job, string role, CancellationToken cancellationToken);
}
