using System.CommandLine;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite expand</c>: the jobs of a suite, one a line, written while they are made.</summary>
internal sealed class SuiteExpandVerb : Verb
{
    private readonly Option<bool> _merged = new("--merged") { Description = "Merge each job's fragments, too; text output is then YAML documents" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: description, paths, with --merged config" };
    private readonly Option<bool> _summary = new("--summary") { Description = "Only what a pairwise subset covers; with --json as an object" };
    private readonly SuiteOptionSet _options;

    public SuiteExpandVerb(Terminal terminal)
        : base(terminal, "expand", "List the jobs of a suite")
    {
        _options = new SuiteOptionSet(terminal, this);
        Add(_merged);
        Add(_json);
        Add(_summary);
        Remarks =
        [
            "Without --merged no fragment is read, so suites of millions of jobs list at once. Filters look at descriptions; jobs that their own merged configuration rules out are left out only with --merged.",
        ];
        Examples =
        [
            ("teuthology suite expand rbd --suite-dir suites", "One description a line"),
            ("teuthology suite expand rados --suite-dir ~/ceph --subset 3/200 --seed 7", "What a scheduled run of that subset consists of"),
            ("teuthology suite expand rados --subset pairwise", "As few jobs as can be found that have every pair of fragments together; standard error tells what they cover"),
            ("teuthology suite expand rbd:basic --merged --limit 1", "What the first job is, in full"),
            ("teuthology suite expand rbd --filter bluestore --json | jq .paths", "For programs"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(CancellationToken cancellationToken) => Task.FromResult(_options.Names());

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (tree, selection) = _options.Read(line);
        var json = line.GetValue(_json);
        var matrix = selection.Build(tree, Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null, cancellationToken);
        if (line.GetValue(_summary))
            Summarize(matrix, json);
        else
        {
            if (matrix.Covering is { } report)
                new CoveringText(Terminal.Error).Write(report);
            selection.Write(tree, matrix, Terminal.OutBytes(), json ? SuiteFormat.Json : SuiteFormat.Text, line.GetValue(_merged), cancellationToken);
        }

        return Task.FromResult(ExitCode.Success);
    }

    private void Summarize(SuiteMatrix matrix, bool json)
    {
        var report = matrix.Covering ?? throw new ConfigurationException("--summary is about --subset pairwise; `teuthology suite coverage` tells what other jobs cover");
        if (json)
            Terminal.Out.WriteLine(CoveringText.Json(matrix.Suite, report));
        else
            new CoveringText(Terminal.Out).Write(report);
    }
}
