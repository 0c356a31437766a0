using System.CommandLine;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology triage RUN</c>: the failures of a run, sorted.</summary>
internal sealed class TriageVerb : Verb
{
    private readonly Argument<string> _run = new("RUN") { Description = "Name of a run, or `last`" };
    private readonly Option<string?> _known = new("--known") { HelpName = "FILE", Description = "YAML file of known issues (default known_issues of ~/.teuthology.yaml, else none)" };
    private readonly Option<string> _retry = new("--retry") { HelpName = "WHAT", Description = "Which failures to name for another try: infrastructure (dead jobs), all or none", DefaultValueFactory = _ => "infrastructure" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line for each group of failures" };
    private readonly ResultsOption _results;

    public TriageVerb(Terminal terminal)
        : base(terminal, "triage", "Sort the failures of a run: alike, known, flaky, worth another try")
    {
        _results = new ResultsOption(terminal);
        _retry.AcceptOnlyFromAmong("infrastructure", "all", "none");
        Add(_run);
        Add(_known);
        Add(_retry);
        Add(_json);
        Add(_results.Server);
        Remarks =
        [
            "Failures are alike when their reasons say the same without times, machines, paths and numbers, and their logs give the same sign (an assertion, a crash, an exception). A failure is flaky when the same job passed later on unchanged inputs.",
            "The exit code is 0 when nothing failed, or nothing that is not known; else 1.",
        ];
        Examples =
        [
            ("teuthology triage last", "The newest run"),
            ("teuthology triage RUN --known known.yaml", "With a file of known issues; docs/triage.md has its keys"),
            ("teuthology triage RUN --json", "For programs"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        (await _results.RunNamesAsync(line, cancellationToken)).Prepend("last");

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var file = line.GetValue(_known) is { } told ? Terminal.FullPath(told) : KnownIssuesSetting.Read(Terminal, _results.Site);
        var known = file is null ? KnownIssues.None : KnownIssues.Load(file, Terminal.Time);
        await using var results = await _results.OpenAsync(line, cancellationToken);
        var asked = line.GetRequiredValue(_run);
        var run = asked == "last"
            ? (await results.RunsAsync(new RunQuery { Count = 1 }, cancellationToken)).FirstOrDefault()
            : await results.RunAsync(asked, cancellationToken);
        if (run is null)
            throw new ConfigurationException(asked == "last" ? "there are no runs yet" : $"there is no run {asked}; `teuthology results` lists them");
        var triage = await RunTriage.OfAsync(results, run, known, cancellationToken);
        var retries = line.GetRequiredValue(_retry) switch
        {
            "none" => [],
            "all" => triage.Retries(all: true).ToList(),
            _ => triage.Retries(all: false).ToList(),
        };
        if (line.GetValue(_json))
            TriageJson.Write(Terminal.Out, triage, retries);
        else
            TriageText.Write(Terminal.Out, triage, retries, known);
        return triage.New.Any() ? ExitCode.Failure : ExitCode.Success;
    }
}
