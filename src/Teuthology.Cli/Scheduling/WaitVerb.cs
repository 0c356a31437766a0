using System.CommandLine;

namespace Teuthology.Cli;

/// <summary><c>teuthology wait</c>: until a run has ended.</summary>
internal sealed class WaitVerb : Verb
{
    private readonly Argument<string?> _argument = new("RUN") { Description = "Name of the run", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _run = new("--run", "-r") { HelpName = "RUN", Description = "The same as RUN, as upstream spells it" };
    private readonly Option<bool> _json = new("--json") { Description = "The jobs as one JSON object a line" };
    private readonly ResultsOption _results;

    public WaitVerb(Terminal terminal)
        : base(terminal, "wait", "Wait until a run has ended")
    {
        _results = new ResultsOption(terminal);
        Add(_argument);
        foreach (var option in new Option[] { _run, _results.Server, _json })
            Add(option);
        Remarks =
        [
            "Prints STATUS URL DESCRIPTION of each job, failures first. The exit code is 0 when all passed, else 1. A run that makes no progress for max_job_time (default three days) and half an hour is given up.",
        ];
        Examples =
        [
            ("teuthology wait RUN", "For a shell script"),
            ("teuthology wait --run RUN --server http://paddles.example.com/", "A run of another site"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => _results.RunNamesAsync(line, cancellationToken);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var name = line.GetValue(_argument) ?? line.GetValue(_run) ?? throw new ConfigurationException("name a run: teuthology wait RUN");
        await using var results = await _results.OpenAsync(line, cancellationToken);
        return await new WaitTelling(Terminal, _results.Site).WaitAsync(results, name, null, line.GetValue(_json), cancellationToken);
    }
}
