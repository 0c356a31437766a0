using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>The clients that a task is about: those that its list names, all of the job's when it has none.</summary>
internal static class ClientRoles
{
    /// <summary>Each client's role, id and machine.</summary>
    /// <param name="run">The task; its configuration is a list of roles or nothing.</param>
    /// <exception cref="ConfigurationException">An entry is no role of one machine.</exception>
    public static IReadOnlyList<(string Role, string Id, Remote Remote)> Of(TaskRun run)
    {
        var roles = run.Config is null
            ? run.Job.Cluster.AllRoles.Where(Role.IsType("client"))
            : run.List().Select((item, i) => item as string
                ?? throw new ConfigurationException($"task '{run.Name}': entry {i + 1} must be a role such as client.0", ((YamlList)run.Config).MarkOf(i) ?? run.Mark));
        return [.. roles.Select(role => (role, IdOf(run, role), RoleCommands.Machine(run, role)))];
    }

    /// <summary>Where a client's file system is mounted, as the tasks agree on it.</summary>
    public static string MountOf(JobContext job, string id) => $"{job.TestDirectory}/mnt.{id}";

    /// <summary>What stands behind the type in a role.</summary>
    public static string IdOf(TaskRun run, string role) => Role.TrySplit(role)?.Id
        ?? throw run.Wrong($"Invalid role '{role}', roles must be of format [<cluster>.]<type>.<id>", role);
}
