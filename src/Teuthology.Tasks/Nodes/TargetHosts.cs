using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>The machines that the key <c>hosts</c> of a task restricts it to.</summary>
internal static class TargetHosts
{
    /// <summary>Those that have one of the roles, or one of the names in full or short; all when there is no such key.</summary>
    /// <param name="run">The task.</param>
    /// <param name="hosts">Roles and names.</param>
    /// <exception cref="ConfigurationException">None is left.</exception>
    public static IReadOnlyList<Remote> Of(TaskRun run, IReadOnlyList<string>? hosts)
    {
        var all = run.Job.Cluster.Remotes;
        if (hosts is null)
            return all;
        var chosen = all.Where(remote => hosts.Any(host => host == remote.HostName || host == remote.ShortName || run.Job.Cluster.RolesOf(remote).Contains(host))).ToList();
        return chosen.Count > 0 ? chosen : throw run.Wrong("All target hosts were excluded!", "hosts");
    }
}
