using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology results [RUN]</c>: runs, or the jobs of one, from the store.</summary>
internal sealed class ResultsVerb : Verb
{
    private readonly Argument<string?> _run = new("RUN") { Description = "Name of a run, or `last`; without it the newest runs are listed", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _name = new("--name") { HelpName = "RUN", Description = "The same as RUN, as upstream spells it" };
    private readonly Option<int> _count = new("--count") { HelpName = "N", Description = "How many runs to list", DefaultValueFactory = _ => 25 };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line, with the results server's keys" };
    private readonly ResultsOption _results;
    private readonly SuiteEnd _end;

    public ResultsVerb(Terminal terminal)
        : base(terminal, "results", "Show runs and their jobs, or mail them")
    {
        _results = new ResultsOption(terminal);
        Add(_run);
        Add(_name);
        Add(_count);
        Add(_json);
        Add(_results.Server);
        _end = new SuiteEnd(this);
        Remarks =
        [
            "The exit code for one run is 0 when all of its jobs passed or were skipped, else 1. With --archive-dir, --email or --seed this is upstream's teuthology-results: it waits, mails (smtp_server of ~/.teuthology.yaml, else localhost:25) and looks through the archive; the exit code is then 0 when that worked.",
        ];
        Examples =
        [
            ("teuthology results", "The newest runs"),
            ("teuthology results last", "The jobs of the newest run, with reasons of failures"),
            ("teuthology results RUN --json", "For programs"),
            ("teuthology results RUN --email me@example.com --dry-run", "The mail about a run, without sending it"),
            ("teuthology results --name RUN --archive-dir /a/RUN --email me@example.com --timeout 43200", "As the last job of a run does"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        (await _results.RunNamesAsync(line, cancellationToken)).Prepend("last");

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        if (_end.IsWanted(line))
        {
            var named = line.GetValue(_run) ?? line.GetValue(_name) ?? throw new ConfigurationException("name a run: --name RUN");
            return await _end.RunAsync(line, Terminal, named, _results, cancellationToken);
        }

        await using var store = await _results.OpenAsync(line, cancellationToken);
        if (line.GetValue(_count) < 1)
            throw new ConfigurationException("--count must be 1 or more");
        var asked = line.GetValue(_run) ?? line.GetValue(_name);
        var runs = asked is null or "last" ? await store.RunsAsync(new RunQuery { Count = asked is null ? line.GetValue(_count) : 1 }, cancellationToken) : [];
        if (asked is null)
        {
            WriteRuns(runs, line.GetValue(_json));
            return ExitCode.Success;
        }

        var run = asked == "last" ? runs.FirstOrDefault() : await store.RunAsync(asked, cancellationToken);
        if (run is null)
            throw new ConfigurationException(asked == "last" ? "there are no runs yet" : $"there is no run {asked}; `teuthology results` lists them");
        WriteJobs(run, await store.JobsAsync(run.Name, cancellationToken), line.GetValue(_json));
        return run.Results.Keys.All(state => state is JobState.Pass or JobState.Skip) ? ExitCode.Success : ExitCode.Failure;
    }

    private void WriteRuns(IReadOnlyList<RunRecord> runs, bool json)
    {
        if (json)
        {
            foreach (var run in runs)
                Terminal.Out.WriteLine(RunWire.Write(run, $"/runs/{Uri.EscapeDataString(run.Name)}/").ToJsonString());
            return;
        }

        if (runs.Count == 0)
        {
            Terminal.Error.WriteLine("There are no runs yet.");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("Run", "Status", "Jobs", "Pass", "Fail", "Dead", "Skip");
        foreach (var run in runs)
        {
            table.AddRow([
                new Text(run.Name), StatusText.Of(run.Status), Number(run.JobsCount), Number(run.Results.GetValueOrDefault(JobState.Pass)),
                Number(run.Results.GetValueOrDefault(JobState.Fail)), Number(run.Results.GetValueOrDefault(JobState.Dead)),
                Number(run.Results.GetValueOrDefault(JobState.Skip)),
            ]);
        }

        Terminal.Rendered.Write(table);
    }

    private void WriteJobs(RunRecord run, IReadOnlyList<JobRecord> jobs, bool json)
    {
        if (json)
        {
            foreach (var job in jobs)
                Terminal.Out.WriteLine(JobWire.Write(job, null).ToJsonString());
            return;
        }

        foreach (var job in jobs)
            JobLine.Write(Terminal.Out, Terminal.OutIsTerminal ? Terminal.Rendered : null, job.JobId, job.Status, job.Duration, job.Description, job.FailureReason, job.ArchivePath);
        var counts = JobState.All.Where(run.Results.ContainsKey).Select(state => $"{run.Results[state].ToString(CultureInfo.InvariantCulture)} {state}");
        Terminal.Rendered.WriteLine($"{run.Name}: {run.Status}{(jobs.Count == 0 ? "" : ", ")}{string.Join(", ", counts)}");
    }

    private static Text Number(int number) => new(number.ToString(CultureInfo.InvariantCulture));
}
