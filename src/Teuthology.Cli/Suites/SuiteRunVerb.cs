using System.CommandLine;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite run SUITE</c>: the jobs of a suite, here and now, on the embedded lab.</summary>
internal sealed class SuiteRunVerb : Verb
{
    private readonly SuiteOptionSet _suite;
    private readonly RunOptionSet _run;
    private readonly TemplateOptionSet _template;
    private readonly OverlayOptions _overlay;

    public SuiteRunVerb(Terminal terminal)
        : base(terminal, "run", "Run jobs of a suite on the embedded lab, as many at once as it has machines for")
    {
        _suite = new SuiteOptionSet(terminal, this);
        _run = new RunOptionSet(this, oneJob: false);
        _overlay = new OverlayOptions(terminal, this);
        _template = new TemplateOptionSet(terminal, this);
        Remarks = ["The exit code is 0 when every job passed or was skipped, else 1. Ctrl-C begins no more jobs and unwinds those that run."];
        Examples =
        [
            ("teuthology suite run dummy --suite-dir suites", "A suite that needs nothing but SSH"),
            ("teuthology suite run rbd --filter bluestore --limit 2", "Two jobs of rbd"),
            ("teuthology suite run rbd more-debug.yaml --limit 1", "With a file of your own merged over the job"),
            ("teuthology suite run rados:singleton --suite-dir ~/ceph --filter mon-config", "Jobs of Ceph's own suites; those that this lab cannot run are skipped with the reason"),
            ("teuthology suite run rbd --subset 0/4 --timeout 600", "A quarter of rbd, ten minutes a job at most"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => Task.FromResult(_suite.Names(line, current));

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (tree, selection) = _suite.Read(line);
        var settings = _run.Read(line);
        var matrix = selection.Build(tree, Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null, cancellationToken);
        if (matrix.Covering is { } report)
            new CoveringText(Terminal.Error).Write(report);
        var template = _template.IsWanted(line) ? _template.Read(line, tree, selection, settings.Owner, settings.Name) : null;
        var composer = _template.Composer(line, tree, selection, template, _overlay.Read(line, tree));
        return new RunSession(Terminal, settings).RunAsync(selection.Name, new RunPlan(selection.PlannedJobs(matrix, composer.Compose)) { Count = () => selection.Count(matrix), SuitesDirectory = tree.Directory, SkipUnready = CephCheckout.Holds(tree.Directory) }, cancellationToken);
    }
}
