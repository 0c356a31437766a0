using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary><c>internal.check_machines</c>: machines without room, memory, time or with remains of another job are told before anything is done to them.</summary>
internal sealed class CheckMachinesTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (MachineLimits.Read(job.Config, job.Options.Site) is not { } limits)
            return;
        var facts = job.Shared<HostFacts>();
        var ill = new List<string>();
        var lease = job.Shared<LockedMachines>().Lease!;
        foreach (var (remote, machine) in job.Cluster.Remotes.Zip(lease.Machines))
        {
            if (facts.Find(remote) is not { } fact)
                continue;

            // What runs on the controller's own system is nobody's remains.
            var troubles = string.Join("; ", fact.Vitals.Troubles(fact.SharesOurRoot ? limits with { Leftovers = false } : limits));
            if (troubles.Length == 0)
                continue;
            ill.Add($"machine {remote.ShortName} is not fit for the job: {troubles}");
            await lease.ReportAsync(machine.Name, troubles, cancellationToken);
        }

        if (ill.Count > 0)
            throw new TeuthologyException(FailureKind.Infrastructure, string.Join('\n', ill));
    }
}
