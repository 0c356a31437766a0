using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Jobs;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>What is told when a run is over.</summary>
internal static class RunReport
{
    public static void Write(Terminal terminal, RunOutcome outcome, bool json)
    {
        if (json)
        {
            foreach (var (job, result) in outcome.Jobs)
                terminal.Out.WriteLine(Json(job, result).ToJsonString());
        }
        else if (outcome.Jobs.Count > 1)
        {
            var table = new Table().Border(TableBorder.None).AddColumns("Status", "Job", "Seconds", "Description");
            foreach (var (job, result) in outcome.Jobs)
            {
                var status = result.Status.ToString().ToLowerInvariant();
                table.AddRow(StatusText.Of(status), new Text(job.JobId), new Text(Seconds(result.Duration)), new Text(job.Description ?? "-"));
            }

            terminal.Rendered.Write(table);
        }

        var counts = Enum.GetValues<JobStatus>().Where(status => outcome.Count(status) > 0)
            .Select(status => $"{outcome.Count(status).ToString(CultureInfo.InvariantCulture)} {status.ToString().ToLowerInvariant()}");
        terminal.Error.WriteLine($"{outcome.RunName}: {string.Join(", ", counts.DefaultIfEmpty("no jobs"))} in {Seconds(outcome.Duration)} s{(outcome.Cancelled ? ", cancelled" : "")}");
    }

    private static JsonObject Json(JobSpec job, JobResult result) => new()
    {
        ["name"] = job.RunName,
        ["job_id"] = job.JobId,
        ["status"] = result.Status.ToString().ToLowerInvariant(),
        ["description"] = job.Description,
        ["duration"] = result.Duration.TotalSeconds,
        ["failure_reason"] = result.FailureReason,
        ["archive_path"] = result.ArchivePath,
    };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
}
