using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary><c>internal.lock_machines</c>: takes all machines at once; gives them back at the very end.</summary>
internal sealed class LockMachinesTask(ILab lab, JobPlan plan, LabFeatures offered, ArchiveJournal journal) : IJobTask
{
    private const int MostExchanges = 3;

    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var request = job.MachinesOfMine(plan.Roles.Count) with
        {
            Features = plan.Features,
            OwnKernels = plan.OwnKernels,
            FromSnapshot = plan.Lab?.FromSnapshot,
            Needs = ResourceHints.OfJob(job.Config),
        };
        var asked = job.Time.GetTimestamp();
        var lease = await AcquireAsync(run, request, cancellationToken);
        var waited = job.Time.GetElapsedTime(asked);
        var lost = lease.Lost.UnsafeRegister(
            _ => job.Interruption.Interrupt($"the lease on {string.Join(", ", lease.Machines.Select(m => m.Name))} was lost: it expired or somebody broke it"),
            null);
        run.Defer("give the machines back", async (_, _) =>
        {
            await lost.DisposeAsync();
            await GiveBackAsync(run, lease);
        });

        if (job.Config.Get("os_type") is string system && lease.Machines.FirstOrDefault(m => m.OsType.Length > 0 && m.OsType != system) is { } other)
            JobLog.Warn(run.Log, $"os_type: {system} is asked for, but {other.Name} runs {other.OsType} {other.OsVersion}; this lab has no other system");
        var targets = Targets(lease);
        job.Config["targets"] = targets;
        journal.Locked([.. lease.Machines.Select(m => m.Name)], targets, waited);
        job.Shared<LockedMachines>().Lease = lease;
        JobLog.Note(run.Log, $"Locked {string.Join(", ", lease.Machines.Select(m => $"{m.User}@{m.Name} ({m.Address})"))}");
    }

    // Machines that are not fit are exchanged while the lab has others.
    private async Task<IMachineLease> AcquireAsync(TaskRun run, MachineRequest request, CancellationToken cancellationToken)
    {
        var job = run.Job;
        for (var exchanges = 0; ; exchanges++)
        {
            var lease = await lab.AcquireAsync(request, new WaitingProgress(journal, run.Log), cancellationToken);
            try
            {
                job.TestDirectory = LockedMachines.TestDirectoryOf(job, offered, lease.Machines[0].User);
                var ill = await new LeasedMachineCheck(job, run.Log).FindAsync(lease, cancellationToken);
                if (ill.Count == 0)
                    return lease;
                request = request with { Without = [.. request.Without, .. ill.Keys] };
                var offer = await lab.DescribeAsync(request.MachineType, cancellationToken);
                if (exchanges >= MostExchanges || offer.Machines - request.Without.Count < request.Count)
                    throw new TeuthologyException(FailureKind.Infrastructure, string.Join('\n', ill.Select(one => $"machine {one.Key} is not fit for the job: {one.Value}")));
                JobLog.Note(run.Log, $"The job takes other machines instead of {string.Join(", ", ill.Keys)}");
            }
            catch
            {
                await lease.DisposeAsync();
                throw;
            }

            await lease.DisposeAsync();
        }
    }

    private static YamlMap Targets(IMachineLease lease)
    {
        var targets = new YamlMap(lease.Machines.Count);
        foreach (var machine in lease.Machines)
            targets[$"{machine.User}@{machine.Name}"] = machine.HostKey;
        return targets;
    }

    // unlock_on_failure: false leaves the machines of a job that failed to its owner, for a look.
    private static async Task GiveBackAsync(TaskRun run, IMachineLease lease)
    {
        if (run.Job.Config.Get("unlock_on_failure") is false && run.Job.Failures.Status is JobStatus.Fail or JobStatus.Dead)
        {
            await lease.KeepAsync();
            var names = string.Join(' ', lease.Machines.Select(m => m.Name));
            JobLog.Warn(run.Log, $"unlock_on_failure is false: {names} stay locked by {lease.Owner}; `teuthology lock --unlock --owner {lease.Owner} {names}` gives them back");
        }

        await lease.DisposeAsync();
    }

    private sealed class WaitingProgress(ArchiveJournal journal, ILogger log) : IProgress<string>
    {
        public void Report(string value)
        {
            JobLog.Note(log, value);
            journal.Waiting(value);
        }
    }
}
