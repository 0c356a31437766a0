using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Teuthology.Results;
using static Microsoft.Playwright.Assertions;

namespace Teuthology.Server.Tests.Pages;

/// <summary>Every page in a real browser: it shows what it should, nothing is forbidden, and people with assistive technology can use it.</summary>
public sealed class PageWalkTests(Browser browser) : IClassFixture<Browser>
{
    /// <summary>Directory that screenshots go to, when there is one.</summary>
    private const string Screenshots = "TEUTHOLOGY_SCREENSHOTS";

    // What stands out of a box that neither shows nor scrolls it; marks for the eyes of machines alone do not count.
    private const string CutText = """
        [...document.querySelectorAll("main *, header *")].filter(box => {
          const style = getComputedStyle(box);
          const hides = ["hidden", "clip"];
          return box.textContent.trim() !== "" && !box.closest("svg")
            && ((hides.includes(style.overflowX) && box.scrollWidth > box.clientWidth + 1) || (hides.includes(style.overflowY) && box.scrollHeight > box.clientHeight + 1));
        }).map(box => `${box.outerHTML.slice(0, 200)} ${box.scrollWidth}>${box.clientWidth}`)
        """;
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
        ["dead-job"] = (Run + "/jobs/2", "machine n2 does not answer"),
        ["retried-job"] = (Run + "/jobs/3", "machine n3 does not answer"),
        ["dead-log"] = (Run + "/jobs/2/log", "Running task"),
        ["running-run"] = ($"/ui/runs/{Uri.EscapeDataString(LabData.Running)}", "0 of 2 jobs have ended"),
        ["running-job"] = ($"/ui/runs/{Uri.EscapeDataString(LabData.Running)}/jobs/1", "live log"),
        ["other-run"] = ($"/ui/runs/{Uri.EscapeDataString(LabData.Other)}", "finished pass: 3 of 3 jobs have ended"),
        ["other-suite"] = ("/ui/suites/rados", "rados/{cluster/two workloads/w3}"),
        ["failure"] = ($"/ui/failures/{Fingerprint.Of("machine n2 does not answer", null).Id}", "1 jobs of 1 runs"),
        ["expired"] = ("/ui/runs/me-2026-11-13_10%3A00%3A00-rbd-main-distro-default-root", "was known until 2020-01-01"),
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
    public async Task Page_OnAPhone_ShowsItsDataAndHasNoProblem(string name) =>
        await VisitAsync(name, "-phone", new BrowserNewContextOptions { ViewportSize = new() { Width = 390, Height = 780 }, ColorScheme = ColorScheme.Dark, HasTouch = true });

    [SkippableFact]
    public async Task Keys_Alone_LeadFromTheRunsToALineOfALog()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync("/ui/runs?suite=bad");
        var (page, keys) = (window.Page, window.Page.Keyboard);

        // By Tab: past the skip link, the sections and the filters to a row, in the order in which they are seen.
        List<string> order = [];
        while (order.LastOrDefault() != "row" && order.Count < 60)
        {
            await keys.PressAsync("Tab");
            order.Add(await page.EvaluateAsync<string>("(e => e.closest('tbody tr') ? 'row' : e.className || e.name || e.id || e.tagName)(document.activeElement)"));
        }

        Assert.Equal(["skip-link", "home"], order.Take(2));
        Assert.Equal("row", order[^1]);
        string[] filters = ["suite", "branch", "status", "date", "machine_type", "user", "sha1"];
        Assert.Equal(filters, order.Distinct().Where(filters.Contains));

        await keys.PressAsync("j");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync(LabData.Failed);
        await keys.PressAsync("/");
        await Expect(page.Locator("[data-search]")).ToBeFocusedAsync();
        await keys.TypeAsync("cluster/one");
        await Expect(page.Locator("[data-rows] tr:visible")).ToHaveCountAsync(1);
        await keys.PressAsync("Escape");
        await keys.PressAsync("j");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Job 1");
        for (var tabs = 0; tabs < 60 && await page.EvaluateAsync<string>("document.activeElement.textContent") != "log"; tabs++)
            await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Log of job 1");
        await keys.PressAsync("/");
        await Expect(page.Locator("input[name=q]")).ToBeFocusedAsync();
        await keys.TypeAsync("assertionerror");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("main")).ToContainTextAsync("lines with that text");
        Assert.Empty(window.Problems);
    }

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
        Assert.Empty(await window.Page.EvaluateAsync<string[]>(CutText));
        List<AxeResultItem> found = [.. (await window.Page.RunAxe()).Violations];
        await window.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = options.ColorScheme == ColorScheme.Dark ? ColorScheme.Light : ColorScheme.Dark });
        found.AddRange((await window.Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] } })).Violations);
        var violations = found.Where(violation => violation.Impact is "serious" or "critical").Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))}").ToList();
        Assert.Empty(violations);
        Assert.DoesNotContain(window.Problems, problem => name != "missing" || !problem.Contains("404", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable(Screenshots) is { Length: > 0 } directory)
            await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, $"{name}{kind}.png") });
    }
}
