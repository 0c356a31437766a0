using System.Buffers;
using System.CommandLine;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite expand</c>: the jobs of a suite, one a line, written while they are made.</summary>
internal sealed class SuiteExpandVerb : Verb
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

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
        if (line.GetValue(_merged))
            ListMerged(tree, selection, line.GetValue(_json), cancellationToken);
        else
            List(tree, selection, line.GetValue(_json), cancellationToken);
        return Task.FromResult(ExitCode.Success);
    }

    private void List(SuiteTree tree, SuiteSelection selection, bool json, CancellationToken cancellationToken)
    {
        foreach (var job in selection.Jobs(tree))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (json)
                WriteJson(job, null);
            else
                Terminal.Out.WriteLine(job.Description);
        }
    }

    private void ListMerged(SuiteTree tree, SuiteSelection selection, bool json, CancellationToken cancellationToken)
    {
        foreach (var job in selection.MergedJobs(tree))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (json)
                WriteJson(job.Job, job.Config);
            else
                Terminal.Out.Write($"--- # {job.Job.Description}\n{YamlDumper.Dump(job.Config)}");
        }
    }

    private void WriteJson(SuiteJob job, YamlMap? config)
    {
        var writer = Terminal.Out;
        writer.Write("{\"description\":");
        WriteText(job.Description);
        writer.Write(",\"paths\":[");
        for (var i = 0; i < job.Fragments.Count; i++)
        {
            if (i > 0)
                writer.Write(',');
            WriteText(job.Fragments[i]);
        }

        writer.Write(']');
        if (config is not null)
        {
            writer.Write(",\"config\":");
            writer.Write(CanonicalJson.Write(config));
        }

        writer.Write("}\n");
    }

    // Nearly every text is plain; the general writer is for the others.
    private void WriteText(string text)
    {
        if (text.AsSpan().IndexOfAny(Escaped) >= 0)
        {
            Terminal.Out.Write(CanonicalJson.Write(text));
            return;
        }

        Terminal.Out.Write('"');
        Terminal.Out.Write(text);
        Terminal.Out.Write('"');
    }
}
