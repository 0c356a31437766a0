using System.CommandLine;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>The options that run again jobs of a run, by upstream's names and letters.</summary>
internal sealed class RerunOptionSet
{
    private static readonly string[] Statuses = ["dead", "fail", "pass", "queued", "running", "waiting"];

    private readonly Option<string?> _rerun = new("--rerun", "-r") { HelpName = "RUN", Description = "Run again those jobs of a run whose status is one of --rerun-statuses; seed and subset are the run's" };
    private readonly Option<string?> _statuses = new("--rerun-statuses", "-R") { HelpName = "STATUSES", Description = "dead, fail, pass, queued, running, waiting; commas between (default fail,dead)" };

    public RerunOptionSet(Command verb)
    {
        verb.Add(_rerun);
        verb.Add(_statuses);
    }

    /// <summary>The run whose jobs run again; null for none.</summary>
    public string? Run(ParseResult line) => line.GetValue(_rerun);

    /// <summary>Looks whether they make sense.</summary>
    /// <exception cref="ConfigurationException">They do not.</exception>
    public void Check(ParseResult line)
    {
        if (line.GetResult(_statuses) is { Implicit: false } && Run(line) is null)
            throw new ConfigurationException("--rerun-statuses goes with --rerun");
        if (StatusesOf(line).FirstOrDefault(status => !Statuses.Contains(status)) is { } unknown)
            throw new ConfigurationException($"--rerun-statuses: '{unknown}' is no status{NearMiss.Hint(unknown, Statuses)}");
    }

    /// <summary>The jobs that run again; null where the line names no run.</summary>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public async Task<RerunChoice?> ReadAsync(Terminal terminal, ParseResult line, CancellationToken cancellationToken)
    {
        if (Run(line) is not { } run)
            return null;
        await using var results = await new ResultsOption(terminal).OpenAsync((string?)null, cancellationToken);
        var rerun = await RerunChoice.ReadAsync(results, run, StatusesOf(line), cancellationToken);
        await terminal.Error.WriteLineAsync($"Using rerun seed={rerun.Seed}{(rerun.Subset is null ? "" : $" subset={rerun.Subset}")}");
        return rerun;
    }

    private IReadOnlyList<string> StatusesOf(ParseResult line) => SuiteOptionSet.Words([line.GetValue(_statuses) ?? $"{JobState.Fail},{JobState.Dead}"]);
}
