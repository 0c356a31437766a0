using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The runs, newest first.</summary>
internal static class RunListPage
{
    private static readonly string[] Headings = ["Run", "Status", "Suite", "Branch", "Machines", "Jobs", "Pass", "Fail", "Dead", "Updated (UTC)"];

    public static string Render(IReadOnlyList<RunRecord> runs, RunQuery query)
    {
        var rows = runs.Select(run => (run.Status.Split(' ')[^1], Cells(run)));
        var pages = new List<string>();
        if (query.Page > 1)
            pages.Add($"<a rel=\"prev\" href=\"/?page={query.Page - 1}\">newer</a>");
        if (runs.Count == query.Count)
            pages.Add($"<a rel=\"next\" href=\"/?page={query.Page + 1}\">older</a>");
        var list = runs.Count == 0 ? "<p>No runs here yet.</p>" : Html.Table(Headings, rows);
        return Html.Page("Runs", $"{list}\n<p>{string.Join(" · ", pages)}</p>");
    }

    private static IEnumerable<string> Cells(RunRecord run) =>
    [
        $"<a href=\"/ui/runs/{Uri.EscapeDataString(run.Name)}\">{Html.Text(run.Name)}</a>",
        Html.Text(run.Status),
        Html.Text(run.Suite),
        Html.Text(run.Branch),
        Html.Text(run.MachineType),
        Html.Text(run.JobsCount),
        Html.Text(run.Results.GetValueOrDefault(JobState.Pass)),
        Html.Text(run.Results.GetValueOrDefault(JobState.Fail)),
        Html.Text(run.Results.GetValueOrDefault(JobState.Dead)),
        Html.Text(WireTime.Write(run.Updated)?[..19]),
    ];
}
