using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology coverage -o DIR TEST_DIR</c>: lcov reports of a run's jobs and of all of them; upstream's teuthology-coverage.</summary>
internal sealed class CoverageVerb : Verb
{
    private readonly Argument<string> _testDirectory = new("TEST_DIR") { Description = "Archive directory of a run: it holds a directory for each job" };
    private readonly Option<string> _output = new("--lcov-output", "-o") { HelpName = "DIR", Description = "Where tracefiles go: JOB.lcov, total.lcov, coverage.log", Required = true };
    private readonly Option<string?> _html = new("--html-output") { HelpName = "DIR", Description = "Where HTML goes, a directory for each job and total; none without it" };
    private readonly Option<string?> _tools = new("--cov-tools-dir") { HelpName = "DIR", Description = "Directory of lcov and genhtml (default: PATH)" };
    private readonly Option<string?> _build = new("--build-dir") { HelpName = "DIR", Description = "Directory of the build with its .gcno files (default: where it was built)" };
    private readonly Option<bool> _skipInit = new("--skip-init") { Description = "Count only files that some job ran, not all of the build" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line" };

    public CoverageVerb(Terminal terminal)
        : base(terminal, "coverage", "Report what jobs ran of programs built with gcc --coverage")
    {
        Add(_testDirectory);
        foreach (var option in new Option[] { _output, _html, _tools, _build, _skipInit, _json })
            Add(option);
        Remarks = ["Jobs collect by the task `coverage`. Debian's package lcov makes the reports."];
        Examples =
        [
            ("teuthology coverage -o out RUN", "out/JOB.lcov and out/total.lcov"),
            ("teuthology coverage -o out --html-output html --build-dir ~/ceph/build RUN", "And html/total/index.html"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = new CoverageOptions
        {
            TestDirectory = Terminal.FullPath(line.GetRequiredValue(_testDirectory)),
            Output = Terminal.FullPath(line.GetRequiredValue(_output)),
            HtmlOutput = Path(line.GetValue(_html)),
            ToolsDirectory = Path(line.GetValue(_tools)),
            BuildDirectory = Path(line.GetValue(_build)),
            SkipInit = line.GetValue(_skipInit),
        };
        var rows = await CoverageReport.MakeAsync(options, new LineProgress(Terminal.Error), cancellationToken);
        if (line.GetValue(_json))
        {
            foreach (var row in rows)
                await Terminal.Out.WriteLineAsync(Json(row).ToJsonString());
            return ExitCode.Success;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("Test", "Lines", "Functions", "Branches", "Description");
        foreach (var row in rows)
        {
            var counts = row.Counts;
            table.AddRow(
                new Text(row.Test),
                Cell(counts.LinesHit, counts.Lines),
                Cell(counts.FunctionsHit, counts.Functions),
                Cell(counts.BranchesHit, counts.Branches),
                new Text(row.Description ?? "-"));
        }

        Terminal.Rendered.Write(table);
        return ExitCode.Success;
    }

    private static Text Cell(long hit, long of) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{hit}/{of} {CoverageCounts.Percent(hit, of):0.0}%"));

    // The keys of upstream's table of coverage.
    private static JsonObject Json(CoverageRow row) => new()
    {
        ["rev"] = row.Revision,
        ["test"] = row.Test,
        ["suite"] = row.Description,
        ["lines"] = row.Counts.Lines,
        ["lines_hit"] = row.Counts.LinesHit,
        ["line_cov"] = CoverageCounts.Percent(row.Counts.LinesHit, row.Counts.Lines),
        ["functions"] = row.Counts.Functions,
        ["functions_hit"] = row.Counts.FunctionsHit,
        ["function_cov"] = CoverageCounts.Percent(row.Counts.FunctionsHit, row.Counts.Functions),
        ["branches"] = row.Counts.Branches,
        ["branches_hit"] = row.Counts.BranchesHit,
        ["branch_cov"] = CoverageCounts.Percent(row.Counts.BranchesHit, row.Counts.Branches),
        ["tracefile"] = row.Tracefile,
    };

    private string? Path(string? named) => named is null ? null : Terminal.FullPath(named);
}
