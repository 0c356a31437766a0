using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.push_inventory</c>: tells the site's lock server what the machines turned out to be. Trouble with that is logged only.</summary>
internal sealed class PushInventoryTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (job.Options.Site.LockServer is not { } url || !job.Spec.OwnTargets)
            return;
        using var http = new HttpClient();
        var server = new LockServer(http, url);
        try
        {
            await InParallel.ForEachAsync(job.Cluster.Remotes, async (remote, ct) => await server.UpdateAsync(remote.HostName, await FactsAsync(remote, ct), ct), cancellationToken);
        }
        catch (TeuthologyException e)
        {
            JobLog.Bad(run.Log, $"Error pushing inventory: {e.Message}");
        }
    }

    private static async Task<JsonObject> FactsAsync(Remote remote, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var told = new JsonObject
        {
            ["name"] = remote.HostName,
            ["os_type"] = facts.Os.Name,
            ["os_version"] = facts.Os.Version,
            ["arch"] = facts.Arch,
        };
        if (remote.Endpoint.HostKey is { } key)
            told["ssh_pub_key"] = key;
        return told;
    }
}
