using System.CommandLine;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology report</c>: tells the results of runs by what lies in their archives.</summary>
internal sealed class ReportVerb : Verb
{
    private const string LastFile = "last_successful_run";
    private readonly Option<string[]> _runs = new("--run", "-r") { HelpName = "RUN", Description = "Run to report; several may follow", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _jobs = new("--job", "-j") { HelpName = "JOB", Description = "Only these jobs of one run; several may follow", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _all = new("--all-runs") { Description = "Every run of the archive" };
    private readonly Option<bool> _refresh = new("--refresh", "-R") { Description = "Also runs that the results have" };
    private readonly Option<bool> _noSave = new("--no-save", "-n") { Description = $"With --all-runs: do not note the last run in `{LastFile}` of this directory, from which the next call goes on" };
    private readonly Option<bool> _dead = new("--dead", "-D") { Description = "Jobs that did not end are dead; implies --refresh" };
    private readonly ArchiveOption _archive;
    private readonly ResultsOption _results;

    public ReportVerb(Terminal terminal)
        : base(terminal, "report", "Tell the results server of runs by their archives")
    {
        _archive = new ArchiveOption(terminal);
        _results = new ResultsOption(terminal);
        foreach (var option in new Option[] { _runs, _jobs, _all, _archive.Archive, _results.Server, _refresh, _noSave, _dead })
            Add(option);
        Remarks = ["A job's orig.config.yaml, config.yaml, info.yaml and summary.yaml are merged, later ones win. A job that passed or failed keeps its status whatever is reported later."];
        Examples =
        [
            ("teuthology report -r RUN", "One run"),
            ("teuthology report -r RUN -j 12 13 -D", "Two jobs that died without a word"),
            ("teuthology report --all-runs -a /a -s http://paddles.example.com/", "Everything, to another server; started again it goes on where it stopped"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (runs, jobs) = (line.GetValue(_runs) ?? [], line.GetValue(_jobs) ?? []);
        if (line.GetValue(_all) == runs.Length > 0)
            throw new ConfigurationException("name runs with --run, or take --all-runs");
        if (jobs.Length > 0 && runs.Length != 1)
            throw new ConfigurationException("--job goes with one --run");
        var archive = _archive.Read(line);
        await using var results = await _results.OpenAsync(line, cancellationToken);
        var reporter = new ArchiveReporter(archive, results, Terminal.Error.WriteLine) { Refresh = line.GetValue(_refresh), Dead = line.GetValue(_dead) };
        if (jobs.Length > 0)
            await reporter.ReportJobsAsync(runs[0], jobs, cancellationToken);
        else if (runs.Length == 1)
            await reporter.ReportRunAsync(runs[0], cancellationToken);
        else if (runs.Length > 1)
            await reporter.ReportRunsAsync(runs, null, cancellationToken);
        else
            await ReportAllAsync(reporter, keep: !line.GetValue(_noSave), cancellationToken);
        return ExitCode.Success;
    }

    private async Task ReportAllAsync(ArchiveReporter reporter, bool keep, CancellationToken cancellationToken)
    {
        var file = Terminal.FullPath(LastFile);
        var runs = reporter.Runs;
        if (keep && File.Exists(file) && (await File.ReadAllTextAsync(file, cancellationToken)).Trim() is var last && runs.Contains(last))
            runs = [.. runs.SkipWhile(run => run != last).Skip(1)];
        await reporter.ReportRunsAsync(runs, keep ? run => File.WriteAllText(file, run) : null, cancellationToken);
        if (keep)
            File.Delete(file);
    }
}
