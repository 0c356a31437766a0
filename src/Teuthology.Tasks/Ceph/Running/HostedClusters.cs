using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.PythonTasks;

namespace Teuthology.Tasks;

/// <summary>The clusters of a job for Python tasks.</summary>
internal sealed class HostedClusters : IHostedClusters
{
    public JsonArray Tell(JobContext job) => new([.. job.Shared<CephClusters>().All.Select(cluster => (JsonNode)new JsonObject
    {
        ["name"] = cluster.Name,
        ["fsid"] = cluster.Fsid.ToString(),
        ["conf"] = cluster.Conf.ToString(),
        ["mons"] = new JsonObject(cluster.Layout.Mons.Select(mon => KeyValuePair.Create(mon.Role, (JsonNode?)cluster.MonAddresses[mon.Id]))),
        ["first_mon"] = cluster.Layout.Mons[0].Role,
    })]);

    public async Task<bool> TryStopAsync(JobContext job, string role, CancellationToken cancellationToken)
    {
        if (Find(job, role) is not var (cluster, daemon))
            return false;
        await cluster.Processes.StopAsync(daemon, cancellationToken);
        return true;
    }

    public async Task<bool> TryStartAsync(JobContext job, string role, CancellationToken cancellationToken)
    {
        if (Find(job, role) is not var (cluster, daemon))
            return false;
        await cluster.Processes.StartAsync(daemon, cancellationToken);
        return true;
    }

    private static (CephCluster Cluster, CephDaemon Daemon)? Find(JobContext job, string role)
    {
        foreach (var cluster in job.Shared<CephClusters>().All)
        {
            if (cluster.Layout.Hosts.SelectMany(cluster.Layout.On).FirstOrDefault(daemon => daemon.Role == role && daemon.Type != "client") is { } daemon)
                return (cluster, daemon);
        }

        return null;
    }
}
