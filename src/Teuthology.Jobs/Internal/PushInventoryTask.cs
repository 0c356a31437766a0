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
        // Not the whole patience of upstream's tools: the job waits, and nothing in it depends on this.
        await using var server = new ServerDirectory(new HttpClient(), url, new ServerPatience { Tries = 3, Time = job.Time });
        try
        {
            await InParallel.ForEachAsync(job.Cluster.Remotes, async (remote, ct) => await TellAsync(server, remote, ct), cancellationToken);
        }
        catch (TeuthologyException e)
        {
            JobLog.Bad(run.Log, $"Error pushing inventory: {e.Message}");
        }
    }

    private static async Task TellAsync(ServerDirectory server, Remote remote, CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(remote, cancellationToken);
        try
        {
            await server.UpdateAsync(remote.HostName, facts, cancellationToken);
        }
        catch (TeuthologyException e)
        {
            throw new TeuthologyException(e.Kind, $"the inventory of {remote.HostName} could not be told to {server.Place}: {e.Message}", e);
        }
    }

    private static async Task<NodeUpdate> FactsAsync(Remote remote, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        return new NodeUpdate
        {
            OsType = facts.Os.Name,
            OsVersion = facts.Os.Version,
            Arch = facts.Arch,
            SshPubKey = remote.Endpoint.HostKey is { } key ? new Change<string?>(key) : null,
        };
    }
}
