using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Interactive;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Tasks;

namespace Teuthology.Cli;

/// <summary>Runs planned jobs on the embedded lab, shows how they go and records them.</summary>
internal sealed class RunSession(Terminal terminal, RunSettings settings)
{
    /// <summary>The job's claim where it came from a queue: the queue keeps its life, and nothing is told of it once it is lost.</summary>
    public ClaimKeeper? Claim { get; init; }

    /// <summary>Whether the job is tried again; null where it came from no queue.</summary>
    public InfrastructureRetry? Retry { get; init; }

    /// <summary>Runs the jobs.</summary>
    /// <param name="suite">Suite, for the run's name.</param>
    /// <param name="plan">The jobs, and how they get their machines.</param>
    /// <param name="cancellationToken">Ctrl-C: jobs that run are unwound, the rest is not begun.</param>
    /// <returns>Exit code.</returns>
    public async Task<int> RunAsync(string suite, RunPlan plan, CancellationToken cancellationToken)
    {
        var jobs = settings.Jobs(terminal);
        SshWarmUp.Begin();
        var lab = LabSettings.Read(terminal, settings.LabKind);
        lab = lab with { Store = StorePlace.Choose(terminal.Environment, jobs.Site, lab.StateDirectory) };
        await using var services = new ServiceCollection()
            .AddSingleton(terminal.Time)
            .AddSingleton(new CloudEnvironment(terminal.Environment))
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new ErrorLog(terminal, settings.Verbose)))
            .AddTeuthology(new TeuthologyOptions
            {
                Lab = lab,
                Jobs = jobs,
                TaskAssemblies = [.. settings.TaskAssemblies.Select(path => TaskAssemblyFile.Load(terminal.FullPath(path)))],
            })
            .AddInteractivePrompt(() => terminal.Live?.Hide())
            .BuildServiceProvider();

        // Beside the check: both take their time.
        var opening = Task.Run(() => ResultsStore.OpenAsync(terminal.Environment, jobs.Site, lab.StateDirectory, terminal.Time, cancellationToken), CancellationToken.None);
        try
        {
            // A mistake in a queued job is the job's result.
            if (Claim is null)
                await CheckAsync(services.GetRequiredService<IJobEngine>(), suite, plan);
        }
        finally
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var store = await opening;
        var name = await NameAsync(store, suite, plan, services.GetRequiredService<ILab>(), cancellationToken);
        if (plan.Remark is { } remark)
            await terminal.Error.WriteLineAsync(remark);
        await terminal.Error.WriteLineAsync($"Run {name}");

        RunOutcome outcome;
        await using var results = await ResultsDirectory.OpenAsync(null, jobs.Site, () => Task.FromResult(store), new ServerPatience { Time = terminal.Time });
        await using (var recorder = Recorder(results, services.GetRequiredService<ILoggerFactory>()))
        {
            var runner = new SuiteRunner(services.GetRequiredService<IJobEngine>(), services.GetRequiredService<ILab>(), terminal.Time);
            var request = new RunRequest
            {
                RunName = name,
                Jobs = plan.Jobs,
                SuitesDirectory = plan.SuitesDirectory,
                SkipUnready = plan.SkipUnready,
                Owner = settings.Owner,
                JobArchive = settings.JobArchive is { } archive ? terminal.FullPath(archive) : null,
                Machines = plan.Machines,
                AtOnce = plan.AtOnce,
            };
            await using var status = terminal.Live is { } line ? new RunStatus(line, terminal.Time) : null;
            if (status is not null)
                _ = Task.Run(() => status.Expect(plan.Count()), cancellationToken);
            outcome = await runner.RunAsync(request, [recorder, new RunProgress(terminal, settings.Verbose), .. status is null ? Array.Empty<IJobObserver>() : [status]], cancellationToken);
        }

        RunReport.Write(terminal, outcome, settings.Json);
        cancellationToken.ThrowIfCancellationRequested();
        if (outcome.Jobs.Count == 0)
            throw new ConfigurationException("there is no job to run: the filters left none");
        return outcome.Succeeded ? ExitCode.Success : ExitCode.Failure;
    }

    private RunRecorder Recorder(IResultsDirectory results, ILoggerFactory logs) => new(() => Task.FromResult(results), logs.CreateLogger<RunRecorder>())
    {
        IsQueued = Claim is not null,
        Instead = Retry is { } retry ? retry.Instead : null,
        Silence = Claim?.Lost ?? CancellationToken.None,
    };

    // A lone job that makes no sense is a mistake of the one who started it, and no run.
    private async Task CheckAsync(IJobEngine engine, string suite, RunPlan plan)
    {
        if (plan.Alone is not { } alone)
            return;
        foreach (var doubt in engine.Check(new JobSpec
        {
            Config = alone,
            RunName = suite,
            JobId = "1",
            SuitesDirectory = plan.SuitesDirectory,
            OwnTargets = plan.Machines.OwnTargets,
            ArchivePath = settings.JobArchive is { } own ? terminal.FullPath(own) : null,
        }))
            await terminal.Error.WriteLineAsync($"warning: {doubt}");
    }

    private async Task<string> NameAsync(ResultsStore store, string suite, RunPlan plan, ILab lab, CancellationToken cancellationToken)
    {
        if (settings.Name is not null)
            return settings.Name;
        var kind = plan.Machines.OwnTargets ? "targets" : plan.Machines.MachineType ?? (await lab.DescribeAsync(cancellationToken)).Kind;
        var name = new RunName
        {
            User = Environment.UserName,
            Scheduled = terminal.Time.GetLocalNow().DateTime,
            Suite = suite.Replace('-', '_'),
            MachineType = QueuedJob.Tube(kind)!,
        };
        return (await store.ClaimRunNameAsync(name, cancellationToken)).ToString();
    }
}
