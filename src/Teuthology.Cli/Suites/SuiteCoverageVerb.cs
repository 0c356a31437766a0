using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite coverage</c>: which combinations of a suite's fragments some of its jobs have together.</summary>
internal sealed class SuiteCoverageVerb : Verb
{
    private readonly Option<int> _strength = new("--strength") { HelpName = "T", Description = "How many fragments are combined: 2 for pairs", DefaultValueFactory = _ => 2 };
    private readonly Option<string?> _jobs = new("--jobs", "--descriptions") { HelpName = "FILE", Description = "Jobs by their descriptions, one a line, or lines of expand --json; - is standard input" };
    private readonly Option<string?> _run = new("--run") { HelpName = "RUN", Description = "The jobs of a recorded run, or last" };
    private readonly Option<bool> _missing = new("--missing") { Description = "Only what is missing, all of it, one combination a line" };
    private readonly Option<int> _show = new("--show") { HelpName = "N", Description = "How many lines of facets and of missing combinations to show", DefaultValueFactory = _ => 15 };
    private readonly Option<bool> _check = new("--check") { Description = "Exit with 1 when something is missing" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object; with --missing one array a line" };
    private readonly SuiteOptionSet _options;

    public SuiteCoverageVerb(Terminal terminal)
        : base(terminal, "coverage", "Tell which pairs of a suite's fragments some of its jobs cover")
    {
        _options = new SuiteOptionSet(terminal, this);
        foreach (var option in new Option[] { _strength, _jobs, _run, _missing, _show, _check, _json })
            Add(option);
        Remarks =
        [
            "The jobs are those of --jobs, of --run or of --subset (else the whole suite's); --filter and its kin keep some of them. They are held against every pair of fragments that a job of the whole suite has together; jobs that a script rejects cover nothing.",
        ];
        Examples =
        [
            ("teuthology suite coverage rbd --suite-dir suites --subset 0/4", "What a quarter of rbd covers"),
            ("teuthology suite coverage rbd --run last --missing", "The pairs that the last run left out"),
            ("teuthology suite expand rados --subset 3/2000 | teuthology suite coverage rados --jobs - --strength 3", "Triples, of jobs from anywhere"),
            ("teuthology suite coverage rbd --subset pairwise --check", "Exit code 0, since nothing is missing"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => Task.FromResult(_options.Names(line, current));

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (tree, selection) = _options.Read(line);
        if (line.GetValue(_strength) is < 1 or > 6)
            throw new ConfigurationException("--strength must be from 1 to 6");
        if (line.GetValue(_show) < 0)
            throw new ConfigurationException("--show must be 0 or more");
        if (line.GetValue(_jobs) is not null && line.GetValue(_run) is not null)
            throw new ConfigurationException("--jobs and --run exclude each other");
        var progress = Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null;
        var coverage = new SuiteCoverage(tree, selection.Name, selection.Options, line.GetValue(_strength), progress, cancellationToken);
        var strangers = 0L;
        if (line.GetValue(_jobs) is { } file)
            strangers = Add(coverage, selection.Filter, Descriptions(file));
        else if (line.GetValue(_run) is { } run)
            strangers = Add(coverage, selection.Filter, await OfRunAsync(run, cancellationToken));
        else
            Add(coverage, selection.Jobs(selection.Build(tree, progress, cancellationToken)), cancellationToken);
        Write(line, coverage, strangers);
        return line.GetValue(_check) && coverage.Covered < coverage.Demanded ? ExitCode.Failure : ExitCode.Success;
    }

    private static void Add(SuiteCoverage coverage, IEnumerable<SuiteJob> jobs, CancellationToken cancellationToken)
    {
        foreach (var job in jobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            coverage.Add(job);
        }
    }

    private static long Add(SuiteCoverage coverage, SuiteFilter filter, IEnumerable<string> descriptions)
    {
        var strangers = 0L;
        foreach (var description in descriptions)
        {
            if (coverage.Find(description) is not { } job)
                strangers++;
            else if (filter.Keeps(job))
                coverage.Add(job);
        }

        return strangers;
    }

    private IEnumerable<string> Descriptions(string file)
    {
        IEnumerable<string> lines;
        try
        {
            lines = file == "-" ? Terminal.In().ReadToEnd().Split('\n') : File.ReadAllLines(Terminal.FullPath(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read {file}: {e.Message}", inner: e);
        }

        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Trim() is { Length: > 0 } text)
                yield return text.StartsWith('{') ? OfJson(text, file, number) : text;
        }
    }

    private static string OfJson(string json, string file, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("description", out var description) && description.ValueKind == JsonValueKind.String)
                return description.GetString()!;
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{file}:{number}: not JSON: {e.Message}", inner: e);
        }

        throw new ConfigurationException($"{file}:{number}: the object has no text 'description'");
    }

    private async Task<IEnumerable<string>> OfRunAsync(string asked, CancellationToken cancellationToken)
    {
        var store = await LabSettings.ResultsAsync(Terminal, cancellationToken);
        var run = asked == "last"
            ? (await store.RunsAsync(new RunQuery { Count = 1 }, cancellationToken)).FirstOrDefault()
            : await store.RunAsync(asked, cancellationToken);
        if (run is null)
            throw new ConfigurationException(asked == "last" ? "there are no runs yet" : $"there is no run {asked}; `teuthology results` lists them");
        return (await store.JobsAsync(run.Name, cancellationToken)).Select(job => job.Description).OfType<string>();
    }

    private void Write(ParseResult line, SuiteCoverage coverage, long strangers)
    {
        if (strangers > 0)
            Terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{strangers:N0} lines are no jobs of {coverage.Suite} and were passed over"));
        var json = line.GetValue(_json);
        if (line.GetValue(_missing))
        {
            foreach (var tuple in coverage.Missing())
                Terminal.Out.WriteLine(json ? CanonicalJson.Write(new YamlList(tuple)) : string.Join(" with ", tuple));
            return;
        }

        if (json)
            Terminal.Out.WriteLine(CanonicalJson.Write(Object(coverage, strangers, line.GetValue(_show))));
        else
            WriteText(coverage, line.GetValue(_show));
    }

    private static YamlMap Object(SuiteCoverage coverage, long strangers, int show) => new()
    {
        ["suite"] = coverage.Suite,
        ["strength"] = (long)coverage.Strength,
        ["jobs"] = coverage.Jobs,
        ["jobs_in_full"] = coverage.FullSize <= long.MaxValue ? (long)coverage.FullSize : (object)coverage.FullSize,
        ["jobs_rejected"] = coverage.Rejected,
        ["jobs_of_other_suites"] = strangers,
        ["demanded"] = coverage.Demanded,
        ["covered"] = coverage.Covered,
        ["facets"] = new YamlList(coverage.Facets().Select(f => new YamlMap { ["facets"] = new YamlList(f.Facets), ["demanded"] = f.Demanded, ["covered"] = f.Covered })),
        ["missing"] = new YamlList(coverage.Missing().Take(show).Select(t => new YamlList(t))),
    };

    private void WriteText(SuiteCoverage coverage, int show)
    {
        var what = CoveringText.Tuples(coverage.Strength);
        Terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{coverage.Suite}: {coverage.Jobs:N0} of {coverage.FullSize:N0} jobs have {coverage.Covered:N0} of {coverage.Demanded:N0} {what} of fragments together ({Share(coverage.Covered, coverage.Demanded)})"));
        if (coverage.Rejected > 0)
            Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"scripts reject {coverage.Rejected:N0} of the jobs"));
        if (coverage.Covered == coverage.Demanded)
            return;
        var facets = coverage.Facets();
        var table = new Table().Border(TableBorder.None).AddColumns("Covered", "Of", "Facets");
        foreach (var facet in facets.Where(f => f.Covered < f.Demanded).Take(show))
            table.AddRow([new Text(Number(facet.Covered)), new Text(Number(facet.Demanded)), new Text(string.Join(" × ", facet.Facets))]);
        Terminal.Rendered.Write(table);
        Terminal.Out.WriteLine("Missing, for example:");
        foreach (var tuple in coverage.Missing().Take(show))
            Terminal.Out.WriteLine("  " + string.Join(" with ", tuple));
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(long part, long whole) => whole == 0 ? "100%" : (Math.Floor(part * 1000.0 / whole) / 1000).ToString("0.#%", CultureInfo.InvariantCulture);
}
