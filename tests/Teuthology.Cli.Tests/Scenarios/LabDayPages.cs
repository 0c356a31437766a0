using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Teuthology.Results;

namespace Teuthology.Cli.Tests;

/// <summary>What the server's pages tell of a day that is over, beside what its store tells programs.</summary>
/// <param name="day">The lab.</param>
/// <param name="run">The only run of the day.</param>
internal sealed partial class LabDayPages(LabDay day, string run)
{
    private readonly string _run = Uri.EscapeDataString(run);

    /// <summary>Looks at every kind of page.</summary>
    /// <param name="dark">Id of the job whose machine lost its power.</param>
    public async Task CheckAsync(string dark)
    {
        var jobs = JsonNode.Parse(await day.Http.GetStringAsync($"/runs/{run}/jobs/"))!.AsArray();
        var counts = jobs.CountBy(job => (string)job!["status"]!).ToDictionary();
        var failed = jobs.First(job => (string)job!["status"]! == "fail")!;
        var passed = jobs.First(job => (string)job!["status"]! == "pass")!;

        await RunsAsync(jobs.Count, counts);
        await RunAsync(jobs, counts);
        await JobAsync(failed);
        await JobAsync(passed);
        await LogAsync(failed);
        var lost = await TextAsync($"/ui/runs/{_run}/jobs/{dark}");
        Assert.Contains("dead", lost, StringComparison.Ordinal);
        Assert.Contains(Plain((string)jobs.Single(job => (string)job!["job_id"]! == dark)!["failure_reason"]!)[..40], lost, StringComparison.Ordinal);
        await NodesAsync(passed);
        await QueueAsync();
        await SuiteAsync(jobs);
        var failures = await TextAsync("/ui/failures");
        foreach (var job in jobs.Where(job => (string)job!["status"]! is "fail" or "dead"))
            Assert.Contains(Fingerprint.Of((string?)job!["failure_reason"], (string?)job["failure_signature"]).Id, failures, StringComparison.Ordinal);
        var compared = await TextAsync($"/ui/compare?a={_run}&b={_run}");
        Assert.Contains(Count($"failing in both, {counts["fail"] + counts["dead"]}"), compared, StringComparison.Ordinal);
        Assert.Contains(Count($"the same, {counts["pass"]}"), compared, StringComparison.Ordinal);
    }

    private async Task RunsAsync(int jobs, Dictionary<string, int> counts)
    {
        var row = Assert.Single(Rows(await PageAsync("/ui/runs")), row => row.Contains($"/ui/runs/{_run}\"", StringComparison.Ordinal));
        Assert.Contains(Count($"✗ fail {jobs} {counts["fail"]} {counts["dead"]} {counts["pass"]} day "), Plain(row), StringComparison.Ordinal);
    }

    private async Task RunAsync(JsonArray jobs, Dictionary<string, int> counts)
    {
        var page = await PageAsync($"/ui/runs/{_run}");
        var text = Plain(page);
        Assert.Contains(Count($"finished fail: {jobs.Count} of {jobs.Count} jobs have ended"), text, StringComparison.Ordinal);
        Assert.Contains(Count($"{jobs.Count} all {counts["fail"]} fail {counts["dead"]} dead {counts["pass"]} pass"), text, StringComparison.Ordinal);
        Assert.All(jobs, job => Assert.Contains($"/ui/runs/{_run}/jobs/{(string)job!["job_id"]!}\"", page, StringComparison.Ordinal));

        // The same failure on other machines is one.
        var groups = jobs.Where(job => (string)job!["status"]! is "fail" or "dead")
            .GroupBy(job => Fingerprint.Of((string?)job!["failure_reason"], (string?)job["failure_signature"]).Id).ToDictionary(group => group.Key, group => group.Count());
        Assert.Contains(counts["fail"], groups.Values);
        Assert.All(groups, group => Assert.StartsWith(Count($"{group.Value} "), Plain(Rows(page).Single(row => row.Contains(group.Key, StringComparison.Ordinal))), StringComparison.Ordinal));
        Assert.Contains("no other run", text, StringComparison.Ordinal);
    }

    private async Task JobAsync(JsonNode job)
    {
        var text = await TextAsync($"/ui/runs/{_run}/jobs/{(string)job["job_id"]!}");
        Assert.Contains(Plain((string)job["description"]!), text, StringComparison.Ordinal);
        Assert.Contains("Tasks and commands in time", text, StringComparison.Ordinal);
        Assert.Contains("exec tasks[0] run", text, StringComparison.Ordinal);
        Assert.Contains("sleep 2", text, StringComparison.Ordinal);
        Assert.Contains("teuthology.log", text, StringComparison.Ordinal);
        Assert.All(job["targets"]!.AsObject(), target => Assert.Contains(target.Key[(target.Key.IndexOf('@') + 1)..], text, StringComparison.Ordinal));
        if ((string?)job["failure_reason"] is { } reason)
            Assert.Contains(Plain(WebUtility.HtmlEncode(reason))[..30], text, StringComparison.Ordinal);
    }

    private async Task LogAsync(JsonNode job)
    {
        var log = await TextAsync($"/ui/runs/{_run}/jobs/{(string)job["job_id"]!}/log");
        Assert.Contains("stdout begun", log, StringComparison.Ordinal);
        Assert.Contains("lines with that text", await TextAsync($"/ui/runs/{_run}/jobs/{(string)job["job_id"]!}/log?q=begun"), StringComparison.Ordinal);
        Assert.Contains("begun", await TextAsync($"/ui/runs/{_run}/jobs/{(string)job["job_id"]!}/log?view=merged"), StringComparison.Ordinal);
    }

    // The embedded lab of a host keeps its leases itself: the server knows its machines by their jobs.
    private async Task NodesAsync(JsonNode job)
    {
        var known = JsonNode.Parse(await day.Http.GetStringAsync("/nodes/"))!.AsArray();
        var rows = Rows(await PageAsync("/ui/nodes")).Where(row => row.Contains("/ui/nodes/", StringComparison.Ordinal)).Select(Plain).ToList();
        Assert.Equal(known.Count, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain("locked", row, StringComparison.Ordinal));
        Assert.Equal(known.Count(node => (bool)node!["up"]!), rows.Count(row => row.Contains("✓ free", StringComparison.Ordinal)));

        var name = job["targets"]!.AsObject().First().Key;
        var page = await PageAsync($"/ui/nodes/{name[(name.IndexOf('@') + 1)..]}");
        Assert.Contains($"/ui/runs/{_run}/jobs/{(string)job["job_id"]!}\"", page, StringComparison.Ordinal);
    }

    private async Task QueueAsync()
    {
        var page = await PageAsync("/ui/queue");
        Assert.Contains("embedded 0 0", Plain(page), StringComparison.Ordinal);
        Assert.Contains("No job waits, and none is in hand.", page, StringComparison.Ordinal);
    }

    private async Task SuiteAsync(JsonArray jobs)
    {
        var page = await PageAsync("/ui/suites/day");
        Assert.Contains(Count($"{jobs.Count} jobs by their descriptions over the last 1 runs; the last run had {jobs.Count} of them."), Plain(page), StringComparison.Ordinal);
        Assert.All(jobs, job => Assert.Contains($"aria-label=\"{(string)job!["status"]!}, job {(string)job["job_id"]!}\"", page, StringComparison.Ordinal));
        Assert.Contains(run, await TextAsync("/ui/suites"), StringComparison.Ordinal);
    }

    private async Task<string> TextAsync(string path) => Plain(await PageAsync(path));

    private async Task<string> PageAsync(string path)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, path);
        asked.Headers.Add("Accept", "text/html");
        using var page = await day.Http.SendAsync(asked);
        var text = await page.Content.ReadAsStringAsync();
        Assert.True(page.StatusCode == HttpStatusCode.OK, $"{path}: {page.StatusCode}: {text}");
        return text;
    }

    private static string Count(FormattableString text) => FormattableString.Invariant(text);

    private static IEnumerable<string> Rows(string page) => Row().Matches(page).Select(row => row.Value);

    private static string Plain(string markup) => Blanks().Replace(WebUtility.HtmlDecode(Tag().Replace(markup, " ")), " ").Trim();

    [GeneratedRegex("<tr.*?</tr>", RegexOptions.Singleline | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Row();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Blanks();
}
