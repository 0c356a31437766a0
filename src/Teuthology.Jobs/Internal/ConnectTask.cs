using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.connect</c>: connects to all machines at once and learns what the later checks want to know.</summary>
internal sealed class ConnectTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        JobLog.Note(run.Log, "Opening connections...");
        run.Defer("kill daemons", (_, ct) => job.Daemons.KillAllAsync(ct));
        var facts = job.Shared<HostFacts>();
        await InParallel.ForEachAsync(
            job.Cluster.Remotes.Zip(job.Shared<LockedMachines>().Lease!.Machines),
            async (pair, ct) =>
            {
                await pair.First.ConnectAsync(ct);
                facts.Add(pair.First, await HostFact.ReadAsync(pair.First, pair.Second, job, ct));
            },
            cancellationToken);
    }
}
