using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>A job under a supervisor's eyes.</summary>
internal sealed class SupervisorSession(Terminal terminal, YamlMap job, string run, string id, string archive, string? claimFile, string file)
{
    public required WorkerOptions Options { get; init; }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var log = new WorkerLog(Options.LogFile, "teuthology.dispatcher.supervisor", echo: null, terminal.Time);
        var queues = new QueueOption(terminal);
        var claim = claimFile is null ? null : ClaimFile.Read(terminal.FullPath(claimFile));
        await using var queue = queues.Open(claim?.Backend, Options.Site);
        await using var results = await new ResultsOption(terminal).OpenAsync(asked: null, cancellationToken);
        if (job.Get("first_in_suite") is true || job.Get("last_in_suite") is true)
            return await TellSuiteAsync(queue, claim, log, cancellationToken);
        if (JobExpiry.Of(job, Options.Site, terminal.Time.GetUtcNow()) is { } expired)
        {
            log.Info($"Skipping job {id} because it is expired: {expired}");
            await results.SaveJobAsync(run, id, new JsonObject { ["name"] = run, ["job_id"] = id, ["status"] = JobState.Dead }, cancellationToken);
            return ExitCode.Success;
        }

        await using var nodes = Options.Site.LockServer is { Length: > 0 } url
            ? new ServerDirectory(new HttpClient(), url, new ServerPatience { Time = terminal.Time })
            : (INodeDirectory)StoreDirectory.Open(LabSettings.ReadWithStore(terminal), terminal.Time);
        using var console = new ErrorLog(terminal, Options.Verbose);
        await using var machines = new FreshMachines(terminal, Options.Site, Options.LabKind, console);

        // Whoever put targets into the job locked them for it, and will not look after them any more.
        var handed = claim is null && job.Get("targets") is YamlMap { Count: > 0 }
            ? new HandedMachines(job, run, id, archive, nodes, results, log) { Site = Options.Site, Machines = machines }
            : null;
        if (handed is not null)
        {
            await results.SaveJobAsync(run, id, new JsonObject { ["name"] = run, ["job_id"] = id, ["pid"] = Environment.ProcessId }, cancellationToken);
            if (!await handed.ReimageAsync(file, cancellationToken))
                return ExitCode.Failure;
        }

        var record = new ChildRecord
        {
            RunName = run,
            Claim = claim ?? new ClaimFile { Id = id, Tube = Options.Tube },
            Archive = archive,
            Owner = job.Get("owner") as string,
            Since = terminal.Time.GetUtcNow().UtcDateTime,
            HasRoles = job.Get("roles") is YamlList { Count: > 0 },
        };
        var starter = new JobStarter(queue, results, Options, log, terminal.Time);
        var child = JobChild.Start(record, Options.Program, starter.Run(record, job, new JobFolder(archive), claimFile), Options.Environment, Options.LogFile);
        log.Info($"Job archive: {archive}");
        log.Info($"Job process: {child.Record.Process}");
        var watch = new JobWatch(claim is null ? null : queue, results, nodes, Options.Site, log, terminal.Time)
        {
            Logs = new AbandonedLogs(machines.Lab, Options.Site, new Logger<Remote>(new LoggerFactory([console])), terminal.Time),
        };
        var code = await watch.StayAsync(child, cancellationToken);
        if (handed is not null)
        {
            await handed.UnlockAsync();

            // Now that they are nobody's, those that were taken out of use tell why.
            await new NodeHealth(nodes, Options.Site, log).LookAsync(archive, CancellationToken.None);
        }

        return code;
    }

    // The first job of a suite notes down what a rerun needs, the last one waits for the others and sends the results.
    private async Task<int> TellSuiteAsync(IJobQueue queue, ClaimFile? claim, WorkerLog log, CancellationToken cancellationToken)
    {
        ClaimKeeper? keeper = null;
        if (claim is not null)
        {
            keeper = await ClaimKeeper.AdoptAsync(
                queue, claim.Claim(), $"supervisor {Environment.ProcessId} on {Environment.MachineName}", QueueBackend.Policy(Options.Site).Lease, terminal.Time, cancellationToken);
            if (keeper is null)
                return ExitCode.NotOurs;
        }

        await using (keeper)
        {
            var isFirst = job.Get("first_in_suite") is true;
            log.Info($"Generating {(isFirst ? "memo" : "results")} for {run}");
            Directory.CreateDirectory(JobFolder.OfRun(Options.Archive, run));

            // Who looks through the run's directories shall not take it for a job.
            log.Info($"Deleting job's archive dir {archive}");
            if (Directory.Exists(archive))
                Directory.Delete(archive, recursive: true);
            var record = new ChildRecord { RunName = run, Claim = claim ?? new ClaimFile { Id = id, Tube = Options.Tube }, Archive = archive, IsSuiteEnd = true };
            var child = JobChild.Start(record, Options.Program, isFirst ? Memo() : Results(), Options.Environment, log: "/dev/null");
            while (!await child.WaitAsync(TimeSpan.FromSeconds(10), terminal.Time, cancellationToken))
            {
                if (keeper?.Lost.IsCancellationRequested == true)
                {
                    await child.SignalAsync("TERM", wholeSession: true, CancellationToken.None);
                    return ExitCode.NotOurs;
                }
            }

            // 128 and more: it was killed, and may have told nobody yet.
            if (child.ExitCode is >= 128 and var killed && keeper is not null)
            {
                await keeper.ReturnAsync($"its process was killed, exit code {killed}");
                return killed;
            }

            if (keeper is not null)
                await keeper.FinishAsync();
            return child.ExitCode ?? 0;
        }
    }

    private string[] Common() => ["results", "--archive-dir", JobFolder.OfRun(Options.Archive, run), "--name", run];

    private string[] Memo() =>
    [
        .. Common(),
        .. Value("seed", "--seed"),
        .. Value("subset", "--subset"),
        .. job.Get("no_nested_subset") is true ? new[] { "--no-nested-subset" } : [],
    ];

    private string[] Results() =>
    [
        .. Common(),
        "--timeout", TextOf(job, "results_timeout") ?? TextOf(Options.Site.All, "results_timeout") ?? "43200",
        .. Value("email", "--email"),
    ];

    private string[] Value(string key, string option) => TextOf(job, key) is { } text ? [option, text] : [];

    private static string? TextOf(YamlMap map, string key) => Convert.ToString(map.Get(key), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;
}
