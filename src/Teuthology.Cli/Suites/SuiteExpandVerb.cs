using System.CommandLine;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite expand</c>: the jobs of a suite, one a line, written while they are made.</summary>
internal sealed class SuiteExpandVerb : Verb
{
    private readonly Option<bool> _merged = new("--merged") { Description = "Merge each job's fragments, too; text output is then YAML documents" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: description, paths, with --merged config" };
    private readonly Option<bool> _summary = new("--summary") { Description = "Only what a pairwise subset covers; with --json as an object" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Owner of the locks" };
    private readonly Option<string?> _name = new("--name") { HelpName = "RUN", Description = "Name of the run (default user, time, suite and more)" };
    private readonly SuiteOptionSet _options;
    private readonly TemplateOptionSet _template;

    public SuiteExpandVerb(Terminal terminal)
        : base(terminal, "expand", "List the jobs of a suite")
    {
        _options = new SuiteOptionSet(terminal, this);
        Add(_merged);
        Add(_json);
        Add(_summary);
        _template = new TemplateOptionSet(terminal, this);
        Add(_owner);
        Add(_name);
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
            ("teuthology suite expand rbd --template -c main --sha1 4a7fdfd --distro ubuntu --distro-version jammy -m smithi -l 1", "The first job as it would be scheduled, with all that its template adds"),
            ("teuthology suite expand rbd debug.yaml valgrind.yaml -l 1", "The first job with files of your own merged over it"),
        ];
    }

    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => Task.FromResult(_options.Names(line, current));

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
            if (_template.IsWanted(line) || _template.HasOverlays(line))
                WriteComposed(line, tree, selection, matrix, cancellationToken);
            else
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

    private void WriteComposed(ParseResult line, SuiteTree tree, SuiteSelection selection, SuiteMatrix matrix, CancellationToken cancellationToken)
    {
        var template = _template.IsWanted(line) ? _template.Read(line, tree, selection, line.GetValue(_owner), line.GetValue(_name)) : null;
        var owner = $"scheduled_{System.Environment.UserName}@{System.Environment.MachineName}";
        foreach (var job in selection.ComposedJobs(matrix, _template.Composer(line, tree, selection, template)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var config = template is null ? job.Config : QueuedJob.Document(job, template, owner);
            if (line.GetValue(_json))
                Terminal.Out.Write($"{{\"description\":{CanonicalJson.Write(job.Job.Description)},\"paths\":{CanonicalJson.Write(new YamlList(job.Job.Fragments))},\"config\":{CanonicalJson.Write(config)}}}\n");
            else
                Terminal.Out.Write($"---{(template is null ? $" # {job.Job.Description}" : "")}\n{YamlDumper.Dump(config)}");
        }
    }
}
