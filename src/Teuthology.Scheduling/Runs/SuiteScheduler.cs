using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>
/// Queues the jobs of a suite as upstream's <c>teuthology-suite</c> does: between a first job, which notes what a rerun needs, and a last one, which mails the results.
/// All is checked before anything is queued; when it is stopped half-way, what was queued is taken back.
/// </summary>
/// <param name="queue">Where jobs go; null for a dry run.</param>
/// <param name="packages">Asks for packages.</param>
/// <param name="say">Is told of the steps, in upstream's words.</param>
/// <param name="time">Clock of the pauses.</param>
public sealed class SuiteScheduler(IRunQueue? queue, PackageCheck packages, Action<string> say, TimeProvider time)
{
    /// <summary>Schedules a run.</summary>
    /// <param name="request">The run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigurationException">The suite, or a file, makes no sense.</exception>
    /// <exception cref="ScheduleFailedException">Packages are missing, or there are too many jobs.</exception>
    public async Task<ScheduledRun> ScheduleAsync(ScheduleRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var matrix = request.Selection.Build(request.Tree, cancellationToken: cancellationToken);
        var path = Path.Combine(request.Tree.Directory, request.Selection.Name.Replace(':', '/'));
        say($"Suite {request.Selection.Name} in {path} generated {matrix.Count} jobs (not yet filtered or merged)");
        var (template, jobs, missing) = await ChooseAsync(request, matrix, cancellationToken);
        if (jobs.Count > 0 && !request.ForcePriority)
            RunLimits.CheckPriority(jobs.Count, template.Priority);
        RunLimits.CheckThreshold(jobs.Count, request.Threshold);
        if (missing > 0 && !request.AllowMissingPackages)
            throw new ScheduleFailedException($"At least one job needs packages that don't exist for hash {template.CephSha1}.");

        var scheduled = await QueueAsync(request, template, jobs, cancellationToken);
        say($"Suite {request.Selection.Name} in {path} scheduled {jobs.Count} jobs.");
        say($"{matrix.Count - jobs.Count}/{matrix.Count} jobs were filtered out.");
        if (missing > 0)
            say($"Scheduled {missing}/{jobs.Count} jobs that are missing packages!");
        say($"Scheduled {scheduled.Count} jobs in total.");
        return new ScheduledRun(template.RunName!, (long)matrix.Count, scheduled, missing, template.CephSha1);
    }

    /// <summary>The jobs at the newest commit that has all packages.</summary>
    private async Task<(JobTemplate Template, List<MergedJob> Jobs, int Missing)> ChooseAsync(ScheduleRequest request, SuiteMatrix matrix, CancellationToken cancellationToken)
    {
        var template = request.Template;
        Queue<string>? parents = null;
        for (var back = 0; ; back++)
        {
            var (jobs, missing) = await CollectAsync(request, template, matrix, cancellationToken);
            if (missing == 0 || request.Newest == 0)
            {
                if (back > 0)
                    say($"--newest supplied, backtracked {back} commits to {template.CephSha1}");
                return (template, jobs, missing);
            }

            if (back >= request.Newest)
                throw new ScheduleFailedException($"Exceeded {request.Newest} backtracks; raise --newest value");
            parents ??= new(request.Parents is { } ask && template.CephSha1 is { } from ? await ask(from, request.Newest, cancellationToken) : []);
            if (!parents.TryDequeue(out var commit))
                throw new ScheduleFailedException("Backtrack for --newest failed");
            template = template with { CephSha1 = commit, SuiteSha1 = request.SuiteFollows ? commit : template.SuiteSha1 };
        }
    }

    private async Task<(List<MergedJob> Jobs, int Missing)> CollectAsync(ScheduleRequest request, JobTemplate template, SuiteMatrix matrix, CancellationToken cancellationToken)
    {
        var composer = request.Compose(template);
        var (jobs, missing) = (new List<MergedJob>(), 0);
        foreach (var job in (request.Selection with { Limit = 0 }).ComposedJobs(matrix, composer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (request.Selection.Limit > 0 && jobs.Count >= request.Selection.Limit)
            {
                say($"Stopped after {request.Selection.Limit} jobs due to --limit={request.Selection.Limit}");
                break;
            }

            if (await LacksPackagesAsync(request, template, job, cancellationToken))
            {
                missing++;

                // The commit is no good: the others need not be looked at.
                if (request.Newest > 0)
                    return (jobs, missing);
            }

            jobs.Add(job);
        }

        return (jobs, missing);
    }

    private async Task<bool> LacksPackagesAsync(ScheduleRequest request, JobTemplate template, MergedJob job, CancellationToken cancellationToken)
    {
        var verify = job.Config.Get("verify_ceph_hash") is bool own ? own : request.VerifyPackages;
        if (!verify || await packages.FindAsync(job.Config, cancellationToken) is not { Version: null })
            return false;
        say($"Packages for os_type '{job.Config.Get("os_type") ?? template.OsType}', flavor {job.Config.Get("flavor")} and ceph hash '{job.Config.Get("sha1")}' not found");
        return true;
    }

    private async Task<List<(string? Id, string Description, YamlMap Document)>> QueueAsync(ScheduleRequest request, JobTemplate template, List<MergedJob> jobs, CancellationToken cancellationToken)
    {
        var queued = new List<(string? Id, string Description, YamlMap Document)>();
        if (jobs.Count == 0)
            return queued;
        var all = new List<string>();
        try
        {
            await PutAsync(Terms(request, template) with { FirstInSuite = true, Seed = request.Selection.Options.Seed.ToString(CultureInfo.InvariantCulture), Subset = template.Subset, NoNestedSubset = request.Selection.Options.NoNestedSubset }, [], "Memo: ", 1);
            foreach (var job in jobs)
            {
                say($"Scheduling {job.Job.Description}");
                foreach (var (id, document) in await PutAsync(Terms(request, template) with { Description = job.Job.Description }, job.Config, "", request.Num))
                    queued.Add((id, job.Job.Description, document));
                if (!request.DryRun && request.Throttle > TimeSpan.Zero)
                {
                    say($"pause between jobs : --throttle {request.Throttle.TotalSeconds:0.###}");
                    await Task.Delay(request.Throttle, time, cancellationToken);
                }
            }

            await PutAsync(Terms(request, template) with { LastInSuite = true, Email = request.ResultsEmail, Timeout = ((long)request.ResultsTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture) }, [], "Results: ", 1);
        }
        catch (Exception) when (queue is not null && all.Count > 0)
        {
            say($"Taking back the {all.Count} jobs that are queued");
            await queue.TakeBackAsync(template.RunName!, all, CancellationToken.None);
            throw;
        }

        return queued;

        async Task<List<(string? Id, YamlMap Document)>> PutAsync(ScheduleTerms terms, YamlMap config, string what, int times)
        {
            var document = QueuedJob.Document(terms, config);
            if (request.RetryInfrastructure is { } retries && !terms.FirstInSuite && !terms.LastInSuite)
                document[InfrastructureRetry.Key] = (long)retries;
            var put = new List<(string? Id, YamlMap Document)>();
            if (request.DryRun && request.Verbose)
                say($"{what}command: {ScheduleCommand.Of(terms, times, request.OverlayPaths, hasConfig: config.Count > 0)}");
            for (var i = 0; i < times; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var id = queue is null || request.DryRun ? null : await queue.PutAsync(document, cancellationToken);
                if (id is not null)
                    all.Add(id);
                put.Add((id, document));
            }

            return put;
        }
    }

    private static ScheduleTerms Terms(ScheduleRequest request, JobTemplate template) => new()
    {
        RunName = template.RunName!,
        Tube = QueuedJob.Tube(template.MachineType),
        Owner = string.IsNullOrEmpty(template.Owner) ? request.FallbackOwner : template.Owner,
        Priority = template.Priority,
        Verbose = request.Verbose,
    };
}
