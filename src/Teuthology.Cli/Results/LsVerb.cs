using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology ls ARCHIVE</c>: the jobs of a run by what lies in its archive, in upstream's lines.</summary>
internal sealed class LsVerb : Verb
{
    private readonly Argument<string> _archive = new("ARCHIVE") { Description = "Archive directory of a run: it holds a directory for each job" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line" };

    public LsVerb(Terminal terminal)
        : base(terminal, "ls", "List the jobs of a run by its archive directory")
    {
        Add(_archive);
        Add(_json);
        Remarks = ["A job that has no summary yet shows the last line of its log. -v adds the reasons of failures."];
        Examples =
        [
            ("teuthology ls ~/.local/share/teuthology/archive/RUN", "JOB STATUS OWNER DESCRIPTION SECONDSs, a line each"),
            ("teuthology ls -v RUN", "With the failure reason below each job that has one"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var verbose = line.GetValue<bool>("--verbose");
        foreach (var job in ArchivedJob.List(Terminal.FullPath(line.GetRequiredValue(_archive))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Terminal.Out.WriteLineAsync(line.GetValue(_json) ? Json(job) : Text(job, verbose));
        }

        return ExitCode.Success;
    }

    private static string Text(ArchivedJob job, bool verbose)
    {
        if (job.Summary is null)
            return $"{job.JobId}      {job.LastLogLine ?? "<no teuthology.log yet>"}";
        var seconds = ((long)job.Duration).ToString(CultureInfo.InvariantCulture);
        var text = $"{job.JobId} {job.Status ?? "-"} {job.Text("owner") ?? "-"} {job.Text("description") ?? "-"} {seconds}s";
        return verbose && job.Text("failure_reason") is { } reason ? $"{text}\n    {reason}" : text;
    }

    private static string Json(ArchivedJob job)
    {
        var document = job.Summary is null ? new JsonObject() : YamlJson.Convert(job.Summary);
        document.Insert(0, "job_id", job.JobId);
        document["status"] = job.Status;
        if (job.Summary is null)
            document["last_log_line"] = job.LastLogLine;
        return document.ToJsonString();
    }
}
