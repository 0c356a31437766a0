using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>Watches the process of a job: signs of life to the results, an end for one that takes too long, and the job back to the queue when its process died.</summary>
/// <param name="queue">The queue.</param>
/// <param name="results">Where jobs are reported.</param>
/// <param name="nodes">The machines.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="log">Where it tells what it does.</param>
/// <param name="time">Clock.</param>
public sealed class JobWatch(IJobQueue queue, IResultsDirectory results, INodeDirectory nodes, SiteConfig site, WorkerLog log, TimeProvider time)
{
    // The job ends itself first, and unwinds: what is told to stop here does not do even that.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnwindPatience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    private TimeSpan Heartbeat => TimeSpan.FromSeconds(site.All.Get("watchdog_interval") is long seconds and > 0 ? seconds : 120);

    /// <summary>Stays with a job's process to its end.</summary>
    /// <param name="child">The process.</param>
    /// <param name="cancellationToken">Leaves; the job goes on.</param>
    /// <returns>Its exit code; 0 where that cannot be known.</returns>
    public async Task<int> StayAsync(JobChild child, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(child);
        var beaten = time.GetTimestamp();
        while (!await child.WaitAsync(Look < Heartbeat ? Look : Heartbeat, time, cancellationToken))
        {
            if (time.GetElapsedTime(beaten) >= Heartbeat)
            {
                beaten = time.GetTimestamp();
                await ReportAsync(child.Record, []);
            }

            if (site.MaxJobTime is { } most && time.GetUtcNow().UtcDateTime - child.Record.Since > most + Grace && IsRunning(child.Record))
                await EndAsync(child, cancellationToken);
        }

        await GiveBackAsync(child);
        if (child.Record.HasRoles)
            await new NodeHealth(nodes, site, log).LookAsync(child.Record.Archive, CancellationToken.None);
        return child.ExitCode ?? 0;
    }

    // Time in line for machines is not the job's.
    private static bool IsRunning(ChildRecord record) => !record.HasRoles || JobProgress.HasMachines(record.Archive);

    // First as Ctrl-C does, so that the job fetches its logs and gives its machines back; then for good.
    private async Task EndAsync(JobChild child, CancellationToken cancellationToken)
    {
        var job = child.Record;
        log.Error($"Job {job.RunName}/{job.Claim.Id} ran longer than {site.MaxJobTime!.Value.TotalSeconds:0}s. Killing...");
        await child.SignalAsync("TERM", wholeSession: false, cancellationToken);
        if (await child.WaitAsync(UnwindPatience, time, cancellationToken))
            return;
        log.Error($"Job {job.RunName}/{job.Claim.Id} does not unwind; its process is killed and its machines are unlocked");
        await child.SignalAsync("KILL", wholeSession: true, cancellationToken);
        await child.WaitAsync(Grace, time, cancellationToken);
        AbandonedArchive.End(job.Archive, JobEnds.MaxTime);
        await ReportAsync(job, new JsonObject { ["status"] = JobState.Dead, ["failure_reason"] = JobEnds.MaxTime });
        if (!await queue.FinishAsync(job.Claim.Claim(), cancellationToken))
            await queue.DeleteAsync([job.Claim.Id], cancellationToken);
        await JobMachines.UnlockAsync(nodes, job.Archive, cancellationToken);
    }

    // A process that ended in order finished its job in the queue itself.
    private async Task GiveBackAsync(JobChild child)
    {
        var job = child.Record;
        var reason = $"its process ended without a result{(child.ExitCode is { } code ? $", exit code {code}" : "")}";
        if (await queue.ReturnAsync(job.Claim.Claim(), reason, isTry: true, CancellationToken.None))
        {
            log.Error($"Job {job.RunName}/{job.Claim.Id}: {reason}; it goes back to the queue");
            if (!job.IsSuiteEnd)
                await ReportAsync(job, new JsonObject { ["status"] = JobState.Queued });
        }
        else
        {
            log.Info($"Job {job.RunName}/{job.Claim.Id} ended{(child.ExitCode is { } known ? $" with exit code {known}" : "")}");
        }
    }

    private async Task ReportAsync(ChildRecord job, JsonObject told)
    {
        if (job.IsSuiteEnd)
            return;
        told["name"] = job.RunName;
        told["job_id"] = job.Claim.Id;
        try
        {
            await results.SaveJobAsync(job.RunName, job.Claim.Id, told, CancellationToken.None);
        }
        catch (TeuthologyException e)
        {
            log.Error($"Job {job.RunName}/{job.Claim.Id} could not be reported: {e.Message}");
        }
    }
}
