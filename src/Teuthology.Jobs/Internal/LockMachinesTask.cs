using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary><c>internal.lock_machines</c>: takes all machines at once; gives them back at the very end.</summary>
internal sealed class LockMachinesTask(ILab lab, JobPlan plan, LabFeatures offered, ArchiveJournal journal) : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var request = new MachineRequest
        {
            Count = plan.Roles.Count,
            Owner = job.Owner,
            Description = job.ArchivePath!,
            MachineType = job.Config.Get("machine_type") as string,
            Features = plan.Features,
        };
        var asked = job.Time.GetTimestamp();
        var lease = await lab.AcquireAsync(request, new WaitingProgress(journal, run.Log), cancellationToken);
        journal.Locked([.. lease.Machines.Select(m => m.Name)], job.Time.GetElapsedTime(asked));
        var lost = lease.Lost.UnsafeRegister(
            _ => job.Interruption.Interrupt($"the lease on {string.Join(", ", lease.Machines.Select(m => m.Name))} was lost: it expired or somebody broke it"),
            null);
        run.Defer("give the machines back", async (_, _) =>
        {
            await lost.DisposeAsync();
            CopyConsoleLogs(lease, job);
            await lease.DisposeAsync();
        });

        job.TestDirectory = TestDirectoryOf(job, offered, lease.Machines[0].User);
        job.Config["targets"] = Targets(lease);
        job.Shared<LockedMachines>().Lease = lease;
        JobLog.Note(run.Log, $"Locked {string.Join(", ", lease.Machines.Select(m => $"{m.User}@{m.Name} ({m.Address})"))}");
    }

    private static YamlMap Targets(IMachineLease lease)
    {
        var targets = new YamlMap(lease.Machines.Count);
        foreach (var machine in lease.Machines)
            targets[$"{machine.User}@{machine.Name}"] = machine.HostKey;
        return targets;
    }

    private static string TestDirectoryOf(JobContext job, LabFeatures offered, string user)
    {
        if (job.Config.Get("test_path") is string path)
            return path;
        if (job.Options.TestDirectory is { } set)
            return set;
        // Machines that share a file system share /home too: there each job has a directory of its own.
        return offered.HasFlag(LabFeatures.OwnRoot)
            ? $"/home/{user}/cephtest"
            : $"/tmp/cephtest-{Environment.ProcessId}-{job.Spec.JobId}-{Guid.NewGuid().ToString("N")[..8]}";
    }

    private static void CopyConsoleLogs(IMachineLease lease, JobContext job)
    {
        if (lease.LogDirectory is not { } source || !Directory.Exists(source))
            return;
        var target = Directory.CreateDirectory(Path.Combine(job.ArchivePath!, "console_logs"));
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(target.FullName, Path.GetFileName(file)), overwrite: true);
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
