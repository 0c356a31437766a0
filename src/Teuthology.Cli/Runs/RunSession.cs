using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Interactive;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Tasks;

namespace Teuthology.Cli;

/// <summary>Runs planned jobs on the embedded lab, shows how they go and records them.</summary>
internal sealed class RunSession(Terminal terminal, RunSettings settings)
{
    /// <summary>Runs the jobs.</summary>
    /// <param name="suite">Suite, for the run's name.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="suitesDirectory">Where tasks find workunits; null for nowhere.</param>
    /// <param name="cancellationToken">Ctrl-C: jobs that run are unwound, the rest is not begun.</param>
    /// <returns>Exit code.</returns>
    public async Task<int> RunAsync(string suite, IEnumerable<PlannedJob> jobs, string? suitesDirectory, CancellationToken cancellationToken)
    {
        var lab = LabSettings.Read(terminal, settings.LabKind);
        await using var services = new ServiceCollection()
            .AddSingleton(terminal.Time)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new ErrorLog(terminal, settings.Verbose)))
            .AddTeuthology(new TeuthologyOptions { Lab = lab, Jobs = settings.Jobs(terminal) })
            .AddInteractivePrompt()
            .BuildServiceProvider();
        var store = await ResultsStore.OpenAsync(lab.StateDirectory, terminal.Time, cancellationToken);
        var name = await NameAsync(store, suite, services.GetRequiredService<ILab>(), cancellationToken);
        await terminal.Error.WriteLineAsync($"Run {name}");

        RunOutcome outcome;
        await using (var recorder = new RunRecorder(store, services.GetRequiredService<ILoggerFactory>().CreateLogger<RunRecorder>()))
        {
            var runner = new SuiteRunner(services.GetRequiredService<IJobEngine>(), services.GetRequiredService<ILab>(), terminal.Time);
            var request = new RunRequest { RunName = name, Jobs = jobs, SuitesDirectory = suitesDirectory, Owner = settings.Owner };
            outcome = await runner.RunAsync(request, [recorder, new RunProgress(terminal, settings.Verbose)], cancellationToken);
        }

        RunReport.Write(terminal, outcome, settings.Json);
        cancellationToken.ThrowIfCancellationRequested();
        if (outcome.Jobs.Count == 0)
            throw new ConfigurationException("there is no job to run: the filters left none");
        return outcome.Succeeded ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<string> NameAsync(ResultsStore store, string suite, ILab lab, CancellationToken cancellationToken)
    {
        if (settings.Name is not null)
            return settings.Name;
        var offer = await lab.DescribeAsync(cancellationToken);
        var name = new RunName
        {
            User = Environment.UserName,
            Scheduled = terminal.Time.GetLocalNow().DateTime,
            Suite = suite.Replace('-', '_'),
            MachineType = offer.Kind,
        };
        return (await store.ClaimRunNameAsync(name, cancellationToken)).ToString();
    }
}
