using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Tasks;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite readiness SUITE</c>: what jobs need that is not here.</summary>
internal sealed class SuiteReadinessVerb : Verb
{
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line for each job; with --summary one object for all" };
    private readonly Option<bool> _summary = new("--summary") { Description = "Only the totals" };
    private readonly Option<bool> _parts = new("--parts") { Description = "Each part of the suite by itself (SUITE . takes all suites), its fewest jobs in a row that hold every fragment, as a nightly run queues them" };
    private readonly Option<string[]> _tasks = new("--tasks") { HelpName = "DLL", Description = "Assembly with tasks of your own; may be given several times (besides the site's task_assemblies)" };
    private readonly Option<string?> _lab = LabSettings.Kind();
    private readonly SuiteOptionSet _suite;
    private readonly OverlayOptions _overlay;

    public SuiteReadinessVerb(Terminal terminal)
        : base(terminal, "readiness", "Tell for each job which machine, task, package or program it needs that is not here")
    {
        _suite = new SuiteOptionSet(terminal, this);
        _overlay = new OverlayOptions(terminal, this);
        foreach (var option in new Option[] { _parts, _tasks, _lab, _summary, _json })
            Add(option);
        Remarks =
        [
            "Nothing is run or locked. Jobs, their workunits and the commands in them are read; packages are those of the lab's image, once it is built. "
            + "`suite run` and `dotnet test` skip the same jobs of a checkout of Ceph for the same reasons.",
        ];
        Examples =
        [
            ("teuthology suite readiness smoke --suite-dir ~/ceph", "A line for each job, then the totals"),
            ("teuthology suite readiness rados --suite-dir ~/ceph --summary", "What a million jobs need, in seconds"),
            ("teuthology suite readiness . --parts --suite-dir ~/ceph", "What a night's jobs of all suites need"),
            ("teuthology suite readiness rados:singleton --json | jq -r 'select(.ready).description'", "The jobs that can be tried"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => Task.FromResult(_suite.Names(line, current));

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (tree, selection) = _suite.Read(line);
        var overlay = _overlay.Read(line, tree);
        await using var services = new ServiceCollection()
            .AddSingleton(Terminal.Time)
            .AddTeuthology(new TeuthologyOptions
            {
                Lab = LabSettings.Read(Terminal, line.GetValue(_lab)),
                Jobs = JobOptions.From(Terminal.Environment),
                TaskAssemblies = [.. (line.GetValue(_tasks) ?? []).Select(path => TaskAssemblyFile.Load(Terminal.FullPath(path)))],
            })
            .BuildServiceProvider();
        var composer = new JobComposer(tree.Directory, filter: selection.Filter, seed: selection.Options.Seed) { Lab = overlay };
        var own = services.GetRequiredService<ITaskCatalog>();
        var readiness = new SuiteReadiness(services.GetRequiredService<JobReadiness>(), composer, tree.Directory, own);
        if (line.GetValue(_parts))
            new PartsReadiness(Terminal, tree, selection, readiness).Write(line.GetValue(_json), cancellationToken);
        else
            await TellJobsAsync(tree, selection, readiness, line, cancellationToken);
        var text = new ReadinessText(Terminal, selection.Suite, readiness, own.Of([], tree.Directory));
        if (!line.GetValue(_json))
            text.Write();
        else if (line.GetValue(_summary))
            await Terminal.Out.WriteLineAsync(CanonicalJson.Write(text.Object()));
        return ExitCode.Success;
    }

    private async Task TellJobsAsync(SuiteTree tree, SuiteSelection selection, SuiteReadiness readiness, ParseResult line, CancellationToken cancellationToken)
    {
        var (json, summary) = (line.GetValue(_json), line.GetValue(_summary));
        var matrix = selection.Build(tree, Terminal.ErrorIsTerminal ? new LineProgress(Terminal.Error) : null, cancellationToken);
        foreach (var job in selection.Jobs(matrix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (readiness.Add(job) is { } ready && !summary)
                await Terminal.Out.WriteLineAsync(json ? CanonicalJson.Write(Line(job, ready)) : Text(job, ready));
        }
    }

    private static YamlMap Line(SuiteJob job, JobNeeds ready) => new()
    {
        ["description"] = job.Description,
        ["ready"] = ready.Missing.Count == 0,
        ["tasks"] = new YamlList(ready.Tasks),
        ["missing"] = new YamlList(ready.Missing.Select(need => new YamlMap { ["kind"] = need.Word, ["name"] = need.Name, ["reason"] = need.Reason })),
    };

    private static string Text(SuiteJob job, JobNeeds ready) => ready.Missing.Count == 0
        ? $"ready   {job.Description}"
        : $"lacks   {job.Description}: {string.Join(", ", ready.Missing.Select(need => $"{need.Word} {need.Name}"))}";
}
