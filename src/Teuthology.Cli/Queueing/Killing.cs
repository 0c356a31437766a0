using System.Diagnostics;
using System.Globalization;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>Ends jobs wherever they are.</summary>
internal sealed class Killing(Terminal terminal, IJobQueue queue, IResultsDirectory results, INodeDirectory nodes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Unfinished = [JobState.Queued, JobState.Waiting, JobState.Running, JobState.Unknown];

    /// <summary>The only queue to look into; null for all.</summary>
    public string? Tube { get; init; }

    /// <summary>Whose machines to unlock; null for the job's owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Kills a run.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="ids">Only these of its jobs; empty for all.</param>
    /// <param name="preserveQueue">Whether what waits in the queue stays.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> KillAsync(string run, IReadOnlyList<string> ids, bool preserveQueue, CancellationToken cancellationToken)
    {
        var queued = (await queue.ListAsync(new QueueQuery { RunName = run, Tube = Tube }, cancellationToken)).Where(job => ids.Count == 0 || ids.Contains(job.Id)).ToList();
        var all = await results.JobsAsync(run, cancellationToken);
        foreach (var missing in ids.Where(id => all.All(job => job.JobId != id) && queued.TrueForAll(job => job.Id != id)))
            throw new ConfigurationException($"there is no job {run}/{missing}; `teuthology results {run}` lists them");
        if (all.Count == 0 && queued.Count == 0)
            throw new ConfigurationException($"there is no run {run}; `teuthology results` lists them");

        var deleted = preserveQueue ? [] : await DeleteAsync(queued, cancellationToken);
        var chosen = all.Where(job => (ids.Count == 0 || ids.Contains(job.JobId)) && Unfinished.Contains(job.Status)).ToList();
        if (ids.Count == 0 && !preserveQueue)
            chosen = await ForgetAsync(run, all, chosen, deleted, cancellationToken);
        else if (preserveQueue)
            chosen.RemoveAll(job => job.Status == JobState.Queued);
        return await EndAsync(run, chosen, cancellationToken);
    }

    private async Task<HashSet<string>> DeleteAsync(List<QueueEntry> queued, CancellationToken cancellationToken)
    {
        var waiting = queued.Where(job => job.Worker is null).ToList();
        var deleted = (await queue.DeleteAsync([.. waiting.Select(job => job.Id)], cancellationToken)).ToHashSet(StringComparer.Ordinal);
        foreach (var job in waiting.Where(job => deleted.Contains(job.Id)))
            await terminal.Error.WriteLineAsync($"Deleting job from queue. ID: {job.Id} Name: {job.RunName} Desc: {job.Description ?? "None"}");
        return deleted;
    }

    // Jobs that never began are nobody's results.
    private async Task<List<JobRecord>> ForgetAsync(string run, IReadOnlyList<JobRecord> all, List<JobRecord> chosen, HashSet<string> deleted, CancellationToken cancellationToken)
    {
        var unbegun = chosen.Where(job => job.Status == JobState.Queued && deleted.Contains(job.JobId)).ToList();
        if (unbegun.Count == 0)
            return chosen;
        await terminal.Error.WriteLineAsync($"Deleting jobs from {results.Place}: [{string.Join(", ", unbegun.Select(job => $"'{job.JobId}'"))}]");
        if (unbegun.Count == all.Count)
        {
            await results.DeleteRunAsync(run, cancellationToken);
        }
        else
        {
            foreach (var job in unbegun)
                await results.DeleteJobAsync(run, job.JobId, cancellationToken);
        }

        return [.. chosen.Except(unbegun)];
    }

    private async Task<int> EndAsync(string run, List<JobRecord> jobs, CancellationToken cancellationToken)
    {
        // First of all, so that no worker takes what comes back to the queue.
        foreach (var job in jobs)
            await JobEnds.TellKilledAsync(results, run, job.JobId, cancellationToken);
        var pids = jobs.Select(job => (Job: job, Pid: PidOf(job))).Where(job => job.Pid is not null && IsOf(job.Pid.Value, run, job.Job)).ToList();
        await terminal.Error.WriteLineAsync(pids.Count == 0 ? "No teuthology processes running" : $"Killing Pids: {{{string.Join(", ", pids.Select(job => job.Pid))}}}");
        var survivors = (await Task.WhenAll(pids.Select(job => SurvivesAsync(job.Pid!.Value, run, job.Job, cancellationToken)))).Zip(pids).Where(pair => pair.First).Select(pair => pair.Second.Pid).ToList();
        if (survivors.Count > 0)
        {
            await terminal.Error.WriteLineAsync($"Failed to kill PIDs: [{string.Join(", ", survivors)}]");
            return ExitCode.Failure;
        }

        foreach (var job in jobs)
        {
            await JobEnds.TellKilledAsync(results, run, job.JobId, cancellationToken);
            if (job.ArchivePath is { } archive && (Owner is null || Owner == job.Owner))
            {
                foreach (var node in await JobMachines.UnlockAsync(nodes, archive, cancellationToken))
                    await terminal.Error.WriteLineAsync($"unlocked {node}");
            }
        }

        return ExitCode.Success;
    }

    private static int? PidOf(JobRecord job) => int.TryParse(job.Document["pid"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;

    // The number may be another process's by now, or of another host.
    private static bool IsOf(int pid, string run, JobRecord job)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline").Replace('\0', ' ');
            return line.Contains($"{SafePath.Munge(run)}/{job.JobId} ", StringComparison.Ordinal) || (job.ArchivePath is { } archive && line.Contains(archive, StringComparison.Ordinal))
                || line.Contains($"--name {run} ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<bool> SurvivesAsync(int pid, string run, JobRecord job, CancellationToken cancellationToken)
    {
        await SignalAsync("TERM", pid, cancellationToken);
        if (await IsGoneAsync(pid, run, job, Patience, cancellationToken))
            return false;
        await terminal.Error.WriteLineAsync($"{run}/{job.JobId} does not unwind; its process {pid} is killed");
        await SignalAsync("KILL", pid, cancellationToken);
        return !await IsGoneAsync(pid, run, job, TimeSpan.FromSeconds(10), cancellationToken);
    }

    private async Task<bool> IsGoneAsync(int pid, string run, JobRecord job, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var began = terminal.Time.GetTimestamp(); terminal.Time.GetElapsedTime(began) < patience; await Task.Delay(Look, terminal.Time, cancellationToken))
        {
            if (!IsOf(pid, run, job))
                return true;
        }

        return false;
    }

    // Somebody else's process needs sudo that asks for no password.
    private static async Task SignalAsync(string signal, int pid, CancellationToken cancellationToken)
    {
        foreach (var command in new string[][] { ["/bin/kill"], ["sudo", "-n", "/bin/kill"] })
        {
            using var kill = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], "-s", signal, "--", pid.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true });
            if (kill is null)
                continue;
            await kill.WaitForExitAsync(cancellationToken);
            if (kill.ExitCode == 0 || Environment.IsPrivilegedProcess)
                return;
        }
    }
}
