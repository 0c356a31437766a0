using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>Watches the process of a job: signs of life to the results, an end for one that takes too long, and the job back to the queue when its process died.</summary>
/// <param name="queue">The queue; null for a job that came from none of ours.</param>
/// <param name="results">Where jobs are reported.</param>
/// <param name="nodes">The machines.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="log">Where it tells what it does.</param>
/// <param name="time">Clock.</param>
public sealed class JobWatch(IJobQueue? queue, IResultsDirectory results, INodeDirectory nodes, SiteConfig site, WorkerLog log, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KillPatience = TimeSpan.FromMinutes(1);
    private static readonly string[] Over = [JobState.Pass, JobState.Fail, JobState.Dead, JobState.Skip];

    // The job ends itself first, and unwinds: what is told to stop here does not do even that.
    private readonly WatchTimes _times = WatchTimes.Of(site);

    /// <summary>Fetches the logs of a hanging job's machines; null leaves them there.</summary>
    public AbandonedLogs? Logs { get; init; }

    /// <summary>Stays with a job's process to its end.</summary>
    /// <param name="child">The process.</param>
    /// <param name="cancellationToken">Leaves; the job goes on.</param>
    /// <returns>Its exit code; 0 where that cannot be known.</returns>
    public async Task<int> StayAsync(JobChild child, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(child);
        var beaten = time.GetTimestamp();
        while (!await child.WaitAsync(Look < _times.Heartbeat ? Look : _times.Heartbeat, time, cancellationToken))
        {
            if (time.GetElapsedTime(beaten) >= _times.Heartbeat)
            {
                beaten = time.GetTimestamp();
                await ReportAsync(child.Record, []);
                if (await IsKilledAsync(child.Record))
                    await EndAsync(child, "was killed by somebody elsewhere", JobEnds.Killed, cancellationToken);
            }

            if (site.MaxJobTime is { } most && time.GetUtcNow().UtcDateTime - child.Record.Since > most + _times.Grace && IsRunning(child.Record))
                await EndAsync(child, $"ran longer than {most.TotalSeconds:0}s", JobEnds.MaxTime, cancellationToken);
        }

        await GiveBackAsync(child);
        if (child.Record.HasRoles)
            await new NodeHealth(nodes, site, log).LookAsync(child.Record.Archive, CancellationToken.None);
        return child.ExitCode ?? 0;
    }

    // Whoever kills a job tells the results first; the process may be out of his reach.
    private async Task<bool> IsKilledAsync(ChildRecord job)
    {
        if (job.IsSuiteEnd)
            return false;
        try
        {
            return await results.JobAsync(job.RunName, job.Claim.Id, CancellationToken.None) is { Status: JobState.Dead, FailureReason: JobEnds.Killed };
        }
        catch (TeuthologyException e)
        {
            log.Error($"Job {job.RunName}/{job.Claim.Id}: it is not known whether it was killed: {e.Message}");
            return false;
        }
    }

    // Time in line for machines is not the job's.
    private static bool IsRunning(ChildRecord record) => !record.HasRoles || JobProgress.HasMachines(record.Archive);

    // First as Ctrl-C does, so that the job fetches its logs and gives its machines back; then for good.
    private async Task EndAsync(JobChild child, string why, string reason, CancellationToken cancellationToken)
    {
        var job = child.Record;
        log.Error($"Job {job.RunName}/{job.Claim.Id} {why}. Killing...");
        await child.SignalAsync("TERM", wholeSession: false, cancellationToken);
        if (await child.WaitAsync(_times.Unwind, time, cancellationToken))
            return;
        log.Error($"Job {job.RunName}/{job.Claim.Id} does not unwind; the logs of its machines are fetched, then its process is killed and its machines are unlocked");

        // As long as the process is there nobody takes its machines for a dead one's and cleans them.
        await FetchAsync(job, cancellationToken);
        await child.SignalAsync("KILL", wholeSession: true, cancellationToken);
        await child.WaitAsync(KillPatience, time, cancellationToken);
        AbandonedArchive.End(job.Archive, reason);
        await ReportAsync(job, new JsonObject { ["status"] = JobState.Dead, ["failure_reason"] = reason });
        if (queue is not null && !await queue.FinishAsync(job.Claim.Claim(), cancellationToken))
            await queue.DeleteAsync([job.Claim.Id], cancellationToken);
        foreach (var node in await JobMachines.UnlockAsync(nodes, job.Archive, cancellationToken))
            log.Info($"unlocked {node}");
    }

    private async Task FetchAsync(ChildRecord job, CancellationToken cancellationToken)
    {
        if (Logs is null || !job.HasRoles)
            return;
        try
        {
            foreach (var line in await Logs.FetchAsync(job.Archive, _times.Fetch, cancellationToken))
                log.Info($"Job {job.RunName}/{job.Claim.Id}: {line}");
        }
        catch (Exception e) when (e is TeuthologyException or IOException or UnauthorizedAccessException)
        {
            log.Error($"Job {job.RunName}/{job.Claim.Id}: Could not save logs: {e.Message}");
        }
    }

    // A process that ended in order finished its job in the queue itself.
    private async Task GiveBackAsync(JobChild child)
    {
        var job = child.Record;
        var reason = $"its process ended without a result{(child.ExitCode is { } code ? $", exit code {code}" : "")}";
        if (queue is null)
        {
            await EndUntoldAsync(job, reason);
        }
        else if (await queue.ReturnAsync(job.Claim.Claim(), reason, isTry: true, CancellationToken.None))
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

    // A job that nobody can give back is over, whatever it says.
    private async Task EndUntoldAsync(ChildRecord job, string reason)
    {
        try
        {
            if (await results.JobAsync(job.RunName, job.Claim.Id, CancellationToken.None) is { } known && Over.Contains(known.Status))
                return;
            log.Error($"Job {job.RunName}/{job.Claim.Id}: {reason}");
            AbandonedArchive.End(job.Archive, reason);
            await ReportAsync(job, new JsonObject { ["status"] = JobState.Dead, ["failure_reason"] = reason });
        }
        catch (TeuthologyException e)
        {
            log.Error($"Job {job.RunName}/{job.Claim.Id}: its end could not be told: {e.Message}");
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
