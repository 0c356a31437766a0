using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Teuthology.Server.Tests.Pages;

/// <summary>Every page in a real browser: it shows what it should, nothing is forbidden, and people with assistive technology can use it.</summary>
public sealed class PageWalkTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Directory that screenshots go to, when there is one.</summary>
    private const string Screenshots = "TEUTHOLOGY_SCREENSHOTS";
    private static readonly string Run = $"/ui/runs/{Uri.EscapeDataString(LabData.Failed)}";
    private static readonly string Hostile = Uri.EscapeDataString(LabData.Hostile);

    private static readonly Dictionary<string, (string Path, string Shows)> Walk = new()
    {
        ["runs"] = ("/", LabData.Failed),
        ["runs-filtered"] = ("/ui/runs?suite=bad&branch=main&status=finished+pass&date=2026-11-22&machine_type=root&user=me", LabData.Passed),
        ["run"] = (Run, "AssertionError: 3 != 4"),
        ["run-failed"] = (Run + "?status=dead", "machine n2 does not answer"),
        ["job"] = (Run + "/jobs/1", "internal.lock_machines"),
        ["log"] = (Run + "/jobs/1/log", "Unwinding manager"),
        ["log-search"] = (Run + "/jobs/1/log?q=assertionerror", "lines with that text"),
        ["log-merged"] = (Run + "/jobs/1/log?view=merged", "COMMAND=/usr/bin/true"),
        ["diff"] = (Run + "/jobs/1/diff", "Saw exception from tasks"),
        ["live-log"] = ($"/ui/runs/{Uri.EscapeDataString(LabData.Running)}/jobs/1/log", "first line"),
        ["nodes"] = ("/ui/nodes", "it does not answer"),
        ["node"] = ("/ui/nodes/n4", "by hand"),
        ["queue"] = ("/ui/queue", "the machines move"),
        ["suites"] = ("/ui/suites", "rbd"),
        ["suite"] = ("/ui/suites/rbd", "rbd/{cluster/one workloads/w8}"),
        ["failures"] = ("/ui/failures", "1234: assertion in the example"),
        ["compare"] = ($"/ui/compare?a={Uri.EscapeDataString(LabData.Passed)}&b={Uri.EscapeDataString(LabData.Failed)}", "newly failing"),
        ["missing"] = ("/ui/runs/nobody", "There is no run nobody"),
        ["hostile-run"] = ($"/ui/runs/{Hostile}", LabData.Hostile),
        ["hostile-job"] = ($"/ui/runs/{Hostile}/jobs/{Hostile}", LabData.Hostile),
        ["hostile-node"] = ($"/ui/nodes/{Hostile}", LabData.Hostile),
        ["hostile-suite"] = ($"/ui/suites/{Hostile}", LabData.Hostile),
    };

    public static TheoryData<string> Names => [.. Walk.Keys];

    public static TheoryData<string> Kinds => ["runs", "run", "job", "log", "log-search", "nodes", "queue", "suite", "compare"];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Page_OnADesk_ShowsItsDataAndHasNoProblem(string name) =>
        await VisitAsync(name, "", new BrowserNewContextOptions { ViewportSize = new() { Width = 1280, Height = 800 } });

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Page_OnAPhoneInTheDark_ShowsItsDataAndHasNoProblem(string name) =>
        await VisitAsync(name, "-phone", new BrowserNewContextOptions { ViewportSize = new() { Width = 390, Height = 780 }, ColorScheme = ColorScheme.Dark, HasTouch = true });

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Page_WithoutScripts_ShowsItsData(string name)
    {
        await using var window = await browser.OpenAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        var (path, shows) = Walk[name];

        await window.GoAsync(path);

        Assert.Contains(shows, await window.Page.Locator("main").TextContentAsync(), StringComparison.Ordinal);
    }

    private async Task VisitAsync(string name, string kind, BrowserNewContextOptions options)
    {
        await using var window = await browser.OpenAsync(options);
        var (path, shows) = Walk[name];

        var response = await window.GoAsync(path);

        Assert.Equal(name == "missing" ? 404 : 200, response.Status);
        Assert.Contains(shows, await window.Page.Locator("main").TextContentAsync(), StringComparison.Ordinal);
        Assert.Null(await window.Page.EvaluateAsync<int?>("window.hit ?? null"));
        Assert.True(await window.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window");
        var axe = await window.Page.RunAxe();
        var violations = axe.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))}").ToList();
        Assert.Empty(violations);
        Assert.DoesNotContain(window.Problems, problem => name != "missing" || !problem.Contains("404", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable(Screenshots) is { Length: > 0 } directory)
            await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, $"{name}{kind}.png") });
    }
}
