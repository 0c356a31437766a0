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
                await ConnectAsync(pair.First, pair.Second.Name, job, ct);
                facts.Add(pair.First, await HostFact.ReadAsync(pair.First, pair.Second, job, ct));
            },
            cancellationToken);
    }

    // A machine that does not answer may not answer the next job either.
    private static async Task ConnectAsync(Remote remote, string machine, JobContext job, CancellationToken cancellationToken)
    {
        try
        {
            await remote.ConnectAsync(cancellationToken);
        }
        catch (TeuthologyException e) when (e.Kind != FailureKind.Configuration && !cancellationToken.IsCancellationRequested)
        {
            await job.Shared<LockedMachines>().Lease!.ReportAsync(machine, e.Message, CancellationToken.None);
            throw;
        }
    }
}
