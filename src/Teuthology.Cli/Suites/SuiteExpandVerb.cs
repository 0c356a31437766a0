using System.CommandLine;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite expand</c>: the jobs of a suite, one a line, written while they are made.</summary>
internal sealed class SuiteExpandVerb : Verb
{
    private readonly Option<bool> _merged = new("--merged") { Description = "Merge each job's fragments, too; text output is then YAML documents" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: description, paths, with --merged config" };
    private readonly SuiteOptionSet _options;

    public SuiteExpandVerb(Terminal terminal)
        : base(terminal, "expand", "List the jobs of a suite")
    {
        _options = new SuiteOptionSet(terminal, this);
        Add(_merged);
        Add(_json);
        Remarks =
        [
            "Without --merged no fragment is read, so suites of millions of jobs list at once. Filters look at descriptions; jobs that their own merged configuration rules out are left out only with --merged.",
        ];
        Examples =
        [
            ("teuthology suite expand rbd --suite-dir suites", "One description a line"),
            ("teuthology suite expand rados --suite-dir ~/ceph --subset 3/200 --seed 7", "What a scheduled run of that subset consists of"),
            ("teuthology suite expand rbd:basic --merged --limit 1", "What the first job is, in full"),
            ("teuthology suite expand rbd --filter bluestore --json | jq .paths", "For programs"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(CancellationToken cancellationToken) => Task.FromResult(_options.Names());

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (tree, selection) = _options.Read(line);
        selection.Write(tree, Terminal.OutBytes(), line.GetValue(_json) ? SuiteFormat.Json : SuiteFormat.Text, line.GetValue(_merged), cancellationToken);
        return Task.FromResult(ExitCode.Success);
    }
}
