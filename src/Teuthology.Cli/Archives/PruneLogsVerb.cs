using System.CommandLine;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology prune-logs</c>: removes what is old from the archives.</summary>
internal sealed class PruneLogsVerb : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only tell what would be done" };
    private readonly Option<int> _pass = Days("--pass", "-p", 14, "Remove the archives of jobs that passed and are older");
    private readonly Option<int> _fail = Days("--fail", "-f", -1, "The same for jobs that failed");
    private readonly Option<int> _remotes = Days("--remotes", "-r", 60, "Remove the files of machines, `remote` and `data`, of older jobs");
    private readonly Option<int> _compress = Days("--compress", "-z", 30, "Compress the teuthology.log of older jobs");
    private readonly ArchiveOption _archive;

    public PruneLogsVerb(Terminal terminal)
        : base(terminal, "prune-logs", "Remove what is old from the archives of runs")
    {
        _archive = new ArchiveOption(terminal);
        foreach (var option in new Option[] { _archive.Archive, _dryRun, _pass, _fail, _remotes, _compress })
            Add(option);
        Remarks =
        [
            "A number less than 0 switches a step off. A file .preserve in the archive of a run or of a job protects it; symbolic links are left alone. The exit code is 1 when something could not be removed.",
        ];
        Examples =
        [
            ("teuthology prune-logs --dry-run", "What would go"),
            ("teuthology prune-logs -a /a -p 7 -f 90 -r 30 -z 1", "As a nightly job"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var pruner = new ArchivePruner(Terminal.Time, Terminal.Error.WriteLine)
        {
            PassDays = line.GetValue(_pass),
            FailDays = line.GetValue(_fail),
            RemoteDays = line.GetValue(_remotes),
            CompressDays = line.GetValue(_compress),
            DryRun = line.GetValue(_dryRun),
        };
        return Task.FromResult(pruner.Prune(_archive.Read(line), cancellationToken) == 0 ? ExitCode.Success : ExitCode.Failure);
    }

    private static Option<int> Days(string name, string letter, int days, string what) =>
        new(name, letter) { HelpName = "DAYS", Description = what, DefaultValueFactory = _ => days };
}
