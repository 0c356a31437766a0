using System.CommandLine;
using System.Globalization;
using Teuthology.Scheduling;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite run SUITE</c>: the jobs of a suite, here and now, on the embedded lab.</summary>
internal sealed class SuiteRunVerb : Verb
{
    private readonly SuiteOptionSet _suite;
    private readonly RunOptionSet _run;

    public SuiteRunVerb(Terminal terminal)
        : base(terminal, "run", "Run jobs of a suite on the embedded lab, as many at once as it has machines for")
    {
        _suite = new SuiteOptionSet(terminal, this);
        _run = new RunOptionSet(this);
        Remarks = ["The exit code is 0 when every job passed or was skipped, else 1. Ctrl-C begins no more jobs and unwinds those that run."];
        Examples =
        [
            ("teuthology suite run dummy --suite-dir suites", "A suite that needs nothing but SSH"),
            ("teuthology suite run rbd --filter bluestore --limit 2", "Two jobs of rbd"),
            ("teuthology suite run rbd --subset 0/4 --timeout 600", "A quarter of rbd, ten minutes a job at most"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(CancellationToken cancellationToken) => Task.FromResult(_suite.Names());

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (tree, selection) = _suite.Read(line);
        return new RunSession(Terminal, _run.Read(line)).RunAsync(selection.Name, Plan(tree, selection, cancellationToken), tree.Directory, cancellationToken);
    }

    private IEnumerable<PlannedJob> Plan(SuiteTree tree, SuiteSelection selection, CancellationToken cancellationToken)
    {
        var matrix = selection.Build(tree, Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null, cancellationToken);
        if (matrix.Covering is { } report)
            new CoveringText(Terminal.Error).Write(report);
        var merger = new JobMerger(tree.Directory);
        var id = 0L;
        foreach (var job in selection.Jobs(matrix))
            yield return new PlannedJob((++id).ToString(CultureInfo.InvariantCulture), job.Description, () => merger.Merge(job)!.Config);
    }
}
