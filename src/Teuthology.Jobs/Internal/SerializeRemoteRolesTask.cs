using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary><c>internal.serialize_remote_roles</c>: tells in info.yaml which machine has which roles.</summary>
internal sealed class SerializeRemoteRolesTask(JobArchive archive) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var cluster = new YamlMap();
        foreach (var remote in run.Job.Cluster.Remotes)
            cluster[remote.Name] = new YamlMap { ["roles"] = new YamlList(run.Job.Cluster.RolesOf(remote)) };
        archive.ChangeInfo(info => info["cluster"] = cluster);
        return Task.CompletedTask;
    }
}
