using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>One run with its jobs.</summary>
internal static class RunPage
{
    private static readonly string[] Headings = ["Job", "Status", "Seconds", "Description", "Why it failed", "Log"];

    public static string Render(RunRecord run, IReadOnlyList<JobRecord> jobs)
    {
        var table = Html.Table(Headings, jobs.Select(job => (job.Status, Cells(job))));
        return Html.Page(run.Name, $"<p><a href=\"/\">All runs</a> · {Html.Text(run.Status)}, {Html.Text(run.JobsCount)} jobs</p>\n{table}");
    }

    private static IEnumerable<string> Cells(JobRecord job) =>
    [
        Html.Text(job.JobId),
        Html.Text(job.Status),
        Html.Text(job.Duration?.ToString("F1", CultureInfo.InvariantCulture)),
        Html.Text(job.Description),
        Html.Text(job.FailureReason),
        job.ArchivePath is null
            ? ""
            : $"<a href=\"/runs/{Uri.EscapeDataString(job.RunName)}/jobs/{Uri.EscapeDataString(job.JobId)}/teuthology.log\">log</a>",
    ];
}
