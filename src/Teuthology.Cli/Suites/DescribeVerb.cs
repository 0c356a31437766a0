using System.CommandLine;
using System.Numerics;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary><c>teuthology describe</c>: what is in a suite, by the <c>meta</c> of its fragments; upstream's teuthology-describe.</summary>
internal sealed class DescribeVerb : Verb
{
    private readonly Argument<string> _directory = new("SUITE_DIR") { Description = "Directory of a suite or of a part of it" };
    private readonly Option<string> _fields = new("--fields", "-f") { HelpName = "NAMES", Description = "Fields of the fragments' meta to show; commas between names", DefaultValueFactory = _ => "desc" };
    private readonly Option<string> _showFacet = new("--show-facet") { HelpName = "yes|no", Description = "Show the facet of each fragment", DefaultValueFactory = _ => "yes" };
    private readonly Option<string> _format = new("--format") { HelpName = "plain|json|csv", Description = "How to write it", DefaultValueFactory = _ => "plain" };
    private readonly Option<bool> _json = new("--json") { Description = "The same as --format json" };
    private readonly Option<bool> _combinations = new("--combinations", "-c") { Description = "Jobs instead of fragments" };
    private readonly Option<bool> _summary = new("--summary", "-s") { Description = "Only how many jobs there are" };
    private readonly Option<bool> _descriptions = new("--print-description", "-p") { Description = "With --summary: the jobs' descriptions too" };
    private readonly Option<bool> _fragments = new("--print-fragments", "-P") { Description = "With --summary: the jobs' descriptions and fragments too" };
    private readonly JobChoiceOptions _choice;

    public DescribeVerb(Terminal terminal)
        : base(terminal, "describe", "Tell what is in a suite: its fragments with their meta, or its jobs")
    {
        Add(_directory);
        foreach (var option in new Option[] { _fields, _showFacet, _format, _json, _combinations, _summary, _descriptions, _fragments })
            Add(option);
        _choice = new JobChoiceOptions(this);
        Remarks =
        [
            "The options below --summary choose jobs, hence concern --combinations and --summary only. The output is that of upstream's teuthology-describe to the byte, and so is exit code 1 for a meta that is not a list of one mapping.",
        ];
        Examples =
        [
            ("teuthology describe suites/rbd", "A tree of the fragments with their facets and descriptions"),
            ("teuthology describe -f desc,owner --format csv suites/rbd", "For a spreadsheet"),
            ("teuthology describe -c --limit 20 suites/rbd", "Which fragment of which facet the first jobs have"),
            ("teuthology describe -s --filter bluestore qa/suites/rados", "How many jobs a filter leaves"),
            ("teuthology describe -s -P -l 1 suites/rbd", "Of what the first job consists"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken) => Task.FromResult(Run(line, cancellationToken));

    private int Run(ParseResult line, CancellationToken cancellationToken)
    {
        try
        {
            if (line.GetValue(_summary) && !line.GetValue(_combinations))
                WriteSummary(line, cancellationToken);
            else
                WriteTable(line);
            return ExitCode.Success;
        }
        catch (MetaFormatException mistake)
        {
            Terminal.Out.Write(mistake.Report);
            ErrorReport.Write(Terminal, mistake, verbose: false);
            return ExitCode.Failure;
        }
    }

    private void WriteTable(ParseResult line)
    {
        var format = line.GetValue(_json) ? "json" : line.GetRequiredValue(_format);
        if (format is not ("plain" or "json" or "csv"))
            throw new ConfigurationException($"--format is plain, json or csv, not '{format}'");
        var fields = SuiteOptionSet.Words([line.GetRequiredValue(_fields)]);
        var showFacet = Truth.Read("--show-facet", line.GetRequiredValue(_showFacet));
        var combinations = line.GetValue(_combinations);
        var table = combinations
            ? JobTable.List(Suite(line), fields, showFacet, _choice.Limit(line))
            : FragmentTree.List(Directory(line), fields, showFacet, drawn: format == "plain");
        if (format == "json")
            table.WriteJson(Terminal.Out);
        else if (format == "csv")
            table.WriteCsv(Terminal.Out);
        else
            table.WriteText(Terminal.Out, ruled: combinations);
    }

    private void WriteSummary(ParseResult line, CancellationToken cancellationToken)
    {
        var suite = Suite(line);
        var limit = _choice.Limit(line);
        var showFragments = line.GetValue(_fragments);
        // Upstream's last line names the last fragment where it has listed some.
        var path = suite.Directory;
        BigInteger count = 0;
        if (!showFragments && !line.GetValue(_descriptions))
        {
            count = suite.Count(limit);
        }
        else if (limit >= 0)
        {
            foreach (var job in suite.Jobs())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Terminal.Out.Write($"{job.Description}\n");
                if (showFragments)
                {
                    foreach (var fragment in job.Fragments)
                        Terminal.Out.Write($"    {suite.ShortPath(fragment)}\n");
                    path = suite.FullPath(job.Fragments[^1]);
                }

                if (++count == limit)
                    break;
            }
        }

        Terminal.Out.Write($"# {count}/{suite.Total} {path}\n");
    }

    private DescribedSuite Suite(ParseResult line) => new(Directory(line), _choice.Options(line), _choice.Filter(line));

    private string Directory(ParseResult line)
    {
        var directory = Path.TrimEndingDirectorySeparator(Terminal.FullPath(line.GetRequiredValue(_directory)));
        return Path.Exists(directory) ? directory : throw new ConfigurationException($"{directory}: there is no such directory");
    }
}
