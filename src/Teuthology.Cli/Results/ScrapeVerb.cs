using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology scrape ARCHIVE</c>: the failures of a run by reason.</summary>
internal sealed class ScrapeVerb : Verb
{
    private readonly Argument<string> _archive = new("ARCHIVE") { Description = "Archive directory of a run: it holds a directory for each job" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Write no scrape.log" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object for each reason: reason, detail, jobs" };

    public ScrapeVerb(Terminal terminal)
        : base(terminal, "scrape", "Tell the failures of a run apart by reason")
    {
        Add(_archive);
        Add(_dryRun);
        Add(_json);
        Remarks = ["Jobs are put together by what crashed (backtraces and assertions in their logs), by what timed out, what valgrind found, or by alike words. The same text is in scrape.log of the archive."];
        Examples =
        [
            ("teuthology scrape ~/.local/share/teuthology/archive/RUN", "Reasons, and the jobs of each"),
            ("teuthology scrape RUN --json | jq .jobs", "For programs"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var archive = Terminal.FullPath(line.GetRequiredValue(_archive));
        var report = ScrapeReport.Make(archive, cancellationToken);
        if (!line.GetValue(_dryRun))
            report.Save(archive);
        foreach (var text in line.GetValue(_json) ? report.Groups.Select(Json) : report.Lines())
            await Terminal.Out.WriteLineAsync(text);
        return ExitCode.Success;
    }

    private static string Json((ScrapeReason Reason, IReadOnlyList<ScrapedJob> Jobs) group) => new JsonObject
    {
        ["reason"] = group.Reason.Description,
        ["detail"] = group.Reason.Detail,
        ["jobs"] = new JsonArray([.. group.Jobs.Select(job => (JsonNode)job.JobId)]),
    }.ToJsonString();
}
