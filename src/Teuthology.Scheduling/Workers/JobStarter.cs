using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Results;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>Makes a process of a job that was taken from the queue, or ends the job where it is not to be run.</summary>
/// <param name="queue">The queue.</param>
/// <param name="results">Where jobs are reported.</param>
/// <param name="options">How the worker works.</param>
/// <param name="log">The worker's log.</param>
/// <param name="time">Clock.</param>
public sealed class JobStarter(IJobQueue queue, IResultsDirectory results, WorkerOptions options, WorkerLog log, TimeProvider time)
{
    /// <summary>Starts a job.</summary>
    /// <param name="claim">The job.</param>
    /// <param name="supervised">Whether by a supervisor of its own, which watches it; else the caller does.</param>
    /// <param name="cancellationToken">Gives the job back.</param>
    /// <returns>Its process; null when it was ended instead.</returns>
    public async Task<JobChild?> StartAsync(QueueClaim claim, bool supervised, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var job = claim.Document;
        if (job.Get("name") is not string { Length: > 0 } run)
        {
            log.Error($"Job {claim.Id} has no name of a run; it is no job");
            await queue.FinishAsync(claim, cancellationToken);
            return null;
        }

        var isEnd = job.Get("first_in_suite") is true || job.Get("last_in_suite") is true;
        if (!isEnd && await WhyNotAsync(claim, run, cancellationToken) is { } reason)
        {
            log.Info($"Skipping job {claim.Id}: {reason}");
            await queue.FinishAsync(claim, CancellationToken.None);
            return null;
        }

        if (isEnd && claim.IsSpent)
        {
            log.Error($"Job {claim.Id}, which tells of {run}, was tried too often; given up");
            await queue.FinishAsync(claim, CancellationToken.None);
            return null;
        }

        if (options.MachineType is { } type)
            job["machine_type"] = type;
        var folder = JobFolder.Prepare(options.Archive, run, claim, options.LogFile);
        var file = ClaimFile.Write(folder.Path, claim, options.Backend);
        var record = new ChildRecord
        {
            RunName = run,
            Claim = ClaimFile.Read(file),
            Archive = folder.Path,
            Owner = job.Get("owner") as string,
            Since = time.GetUtcNow().UtcDateTime,
            IsSuiteEnd = isEnd,
            HasRoles = job.Get("roles") is YamlList { Count: > 0 },
        };
        if (!await queue.HandOverAsync(claim, cancellationToken))
            return null;
        var arguments = supervised || isEnd ? Supervisor(folder, file) : Run(record, job, folder, file);
        var child = JobChild.Start(record, options.Program, arguments, options.Environment, folder.In($"supervisor.{claim.Id}.log"));
        log.Info($"Job {claim.Id}: archive {folder.Path}, attempt {claim.Attempt}, process {child.Record.Process}");
        return child;
    }

    /// <summary>Arguments of the program that runs a job and holds its claim.</summary>
    /// <param name="record">The job.</param>
    /// <param name="job">What is to be run.</param>
    /// <param name="folder">Its archive directory.</param>
    /// <param name="claim">Its claim's file; null for a job that came from no queue of ours.</param>
    public IEnumerable<string> Run(ChildRecord record, YamlMap job, JobFolder folder, string? claim)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(folder);
        yield return "run";
        if (options.Verbose || job.Get("verbose") is true)
            yield return "-v";
        string[] named = ["--name", record.RunName, "--archive", folder.Path];
        string[] owner = record.Owner is { Length: > 0 } who ? ["--owner", who] : [];
        string[] description = job.Get("description") is string { Length: > 0 } text ? [$"--description={text}"] : [];
        string[] held = claim is null ? [] : ["--claim", claim];
        string[] locks = job.Get("targets") is YamlMap { Count: > 0 } ? [] : ["--lock", "--block"];
        string[] lab = options.LabKind is { } kind ? ["--lab", kind] : [];
        foreach (var argument in (string[])[.. named, .. owner, .. description, .. held, .. locks, .. lab, "--", folder.Config])
            yield return argument;
    }

    private IEnumerable<string> Supervisor(JobFolder folder, string claim)
    {
        string[] lab = options.LabKind is { } kind ? ["--lab", kind] : [];
        string[] verbose = options.Verbose ? ["-v"] : [];
        return ["supervisor", .. verbose, "--archive-dir", options.Archive, "--bin-path", Path.GetDirectoryName(options.Program)!, "--job-config", folder.Config, "--claim", claim, .. lab];
    }

    // A job that ended, or was killed, is not run once more because its end did not get through to the queue.
    private async Task<string?> WhyNotAsync(QueueClaim claim, string run, CancellationToken cancellationToken)
    {
        var known = await results.JobAsync(run, claim.Id, cancellationToken);
        if (known is { Status: JobState.Pass or JobState.Fail })
            return $"it is over already, {known.Status}";
        if (known is { Status: JobState.Dead, FailureReason: JobEnds.Killed })
            return "it was killed";
        if (JobExpiry.Of(claim.Document, options.Site, time.GetUtcNow()) is { } expired)
        {
            await ReportDeadAsync(claim, run, $"the job expired before it ran: {expired}", cancellationToken);
            return $"it is expired: {expired}";
        }

        if (!claim.IsSpent)
            return null;
        var history = await queue.HistoryAsync(claim.Id, cancellationToken);
        var last = history.LastOrDefault(attempt => attempt.How is not null)?.How;
        var reason = $"the job was tried {claim.Attempt - 1} times and never came to its end{(last is null ? "" : $"; the last time: {last}")}";
        await ReportDeadAsync(claim, run, reason, cancellationToken);
        AbandonedArchive.End(Path.Combine(JobFolder.OfRun(options.Archive, run), SafePath.Munge(claim.Id)), reason);
        return reason;
    }

    private Task ReportDeadAsync(QueueClaim claim, string run, string reason, CancellationToken cancellationToken) => results.SaveJobAsync(
        run, claim.Id, new JsonObject { ["name"] = run, ["job_id"] = claim.Id, ["status"] = JobState.Dead, ["failure_reason"] = reason }, cancellationToken);
}
