using System.CommandLine;
using Teuthology.Jobs;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>Upstream's <c>teuthology-results</c>: the note of what a rerun needs, or the mail and the look through the archive at the end of a run.</summary>
internal sealed class SuiteEnd
{
    private readonly Option<string?> _archive = new("--archive-dir") { HelpName = "DIR", Description = "Archive directory of the run: gets results.log and scrape.log" };
    private readonly Option<string?> _email = new("--email") { HelpName = "ADDRESS", Description = "Mail the results there" };
    private readonly Option<long> _timeout = new("--timeout") { HelpName = "SECONDS", Description = "Wait that long for unfinished jobs" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the mail instead of sending it" };
    private readonly Option<string?> _seed = new("--seed") { HelpName = "S", Description = "Only note the seed, and the subset, in results.log" };
    private readonly Option<string?> _subset = new("--subset") { HelpName = "i/N", Description = "With --seed: the subset" };
    private readonly Option<bool> _noNested = new("--no-nested-subset") { Description = "With --seed: nested subsets were switched off" };

    public SuiteEnd(Command verb)
    {
        foreach (var option in new Option[] { _email, _archive, _timeout, _dryRun, _seed, _subset, _noNested })
            verb.Add(option);
    }

    /// <summary>Whether the line asks for this.</summary>
    public bool IsWanted(ParseResult line) => line.GetValue(_archive) is not null || line.GetValue(_email) is not null || line.GetValue(_seed) is not null;

    /// <param name="line">The line.</param>
    /// <param name="terminal">Where to read and write.</param>
    /// <param name="runName">The run.</param>
    /// <param name="options">Where the run is written down.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigurationException">What is asked makes no sense.</exception>
    public async Task<int> RunAsync(ParseResult line, Terminal terminal, string runName, ResultsOption options, CancellationToken cancellationToken)
    {
        if (line.GetValue(_timeout) < 0)
            throw new ConfigurationException("--timeout must be 0 or more");
        var archive = line.GetValue(_archive) is { } named ? terminal.FullPath(named) : null;
        using var log = archive is null || line.GetValue(_dryRun) ? null : Log(archive, terminal);
        Action<string> say = log is null ? terminal.Error.WriteLine : log.Info;
        if (line.GetValue(_seed) is { } seed)
        {
            if (line.GetValue(_subset) is { } subset)
                say($"subset: '{subset}'");
            if (line.GetValue(_noNested))
                say("no_nested_subset: True");
            say($"seed: '{seed}'");
            return ExitCode.Success;
        }

        await using var results = await options.OpenAsync(line, cancellationToken);
        var run = new RunResults(results, options.Site, say, terminal.Time);
        await run.WaitAsync(runName, TimeSpan.FromSeconds(line.GetValue(_timeout)), cancellationToken);
        var mail = await run.WriteAsync(runName, cancellationToken);
        if (archive is not null)
            Scrape(archive, say, save: !line.GetValue(_dryRun), cancellationToken);
        if (line.GetValue(_email) is not { } to)
            return ExitCode.Success;
        if (line.GetValue(_dryRun))
            await terminal.Out.WriteLineAsync($"From: {options.Site.ResultsSendingEmail}\nTo: {to}\nSubject: {mail.Subject}\n{mail.Body}");
        else if (archive is null)
            await run.SendAsync(mail, to, cancellationToken);
        else
            await run.SendOnceAsync(runName, mail, to, archive, cancellationToken);
        return ExitCode.Success;
    }

    private static WorkerLog Log(string archive, Terminal terminal)
    {
        Directory.CreateDirectory(archive);
        return new WorkerLog(Path.Combine(archive, "results.log"), "teuthology.results", terminal.Error, terminal.Time);
    }

    private static void Scrape(string archive, Action<string> say, bool save, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(archive))
        {
            say($"{archive} does not exist: there is nothing to look through");
            return;
        }

        var report = ScrapeReport.Make(archive, cancellationToken);
        if (save)
            report.Save(archive);
        foreach (var text in report.Lines())
            say(text);
    }
}
