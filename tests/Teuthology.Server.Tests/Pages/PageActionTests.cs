using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Teuthology.Server.Tests.Pages;

/// <summary>What happens on pages while one looks: live parts, keys, colours, times.</summary>
public sealed class PageActionTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string Running = $"/ui/runs/{Uri.EscapeDataString(LabData.Running)}";

    [SkippableFact]
    public async Task Log_LinesThatCome_AreShownAndTheEndIsTold()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync(Running + "/jobs/1/log");
        await Expect(window.Page.Locator("#live")).ToHaveTextAsync("live");

        await File.AppendAllTextAsync(browser.Lab.LiveLog, "2026-11-23T08:00:02.000 ERROR:teuthology.x:<b>second</b>\n2026-11-23T08:00:03.000 INFO:teuthology.orchestra.run.n2.stdout:third line\n");
        await Expect(window.Page.Locator("#log li")).ToHaveCountAsync(4);
        await Expect(window.Page.Locator("#log li").Nth(2)).ToContainTextAsync("<b>second</b>");

        await window.Page.Locator("#host").SelectOptionAsync("n2");
        await Expect(window.Page.Locator("#log li:visible")).ToHaveCountAsync(1);
        await window.Page.Locator("#host").SelectOptionAsync("*");
        await window.Page.Locator("#find").FillAsync("SECOND");
        await Expect(window.Page.Locator("#log li:visible")).ToHaveCountAsync(1);

        await browser.Lab.SaveAsync(LabData.Running, "1", "pass");
        await Expect(window.Page.Locator("#live")).ToContainTextAsync("the job has ended");
        Assert.Empty(window.Problems);
    }

    [SkippableFact]
    public async Task Run_JobThatEnds_IsShownWithoutAReload()
    {
        const string run = "me-2026-11-23_09:00:00-live-main-distro-default-root";
        await browser.Lab.SaveAsync(run, "1", "running");
        await using var window = await browser.OpenAsync();
        await window.GoAsync($"/ui/runs/{Uri.EscapeDataString(run)}");
        await Expect(window.Page.Locator("#live")).ToHaveTextAsync("live");
        await window.Page.EvaluateAsync("window.stays = 1");

        await browser.Lab.SaveAsync(run, "1", "fail", ("failure_reason", "it broke"));

        await Expect(window.Page.Locator("main")).ToContainTextAsync("it broke");
        Assert.Equal(1, await window.Page.EvaluateAsync<int>("window.stays"));
        Assert.Empty(window.Problems);
    }

    [SkippableFact]
    public async Task Run_JobThatEnds_LeavesWhatTheViewerWrote()
    {
        const string run = "me-2026-11-23_10:00:00-live-main-distro-default-root";
        await browser.Lab.SaveAsync(run, "1", "running", ("description", "live/one"));
        await browser.Lab.SaveAsync(run, "2", "running", ("description", "live/two"));
        await using var window = await browser.OpenAsync();
        await window.GoAsync($"/ui/runs/{Uri.EscapeDataString(run)}");
        await Expect(window.Page.Locator("#live")).ToHaveTextAsync("live");
        await window.Page.Locator("[data-narrow]").FillAsync("live/two");

        await browser.Lab.SaveAsync(run, "1", "fail", ("failure_reason", "it broke"));

        await Expect(window.Page.Locator("main")).ToContainTextAsync("1 of 2 jobs have ended");
        await Expect(window.Page.Locator("[data-narrow]")).ToHaveValueAsync("live/two");
        await Expect(window.Page.Locator("[data-narrow]")).ToBeFocusedAsync();
        await Expect(window.Page.Locator("[data-rows] tr:visible")).ToHaveCountAsync(1);
        await window.Page.Locator("[data-narrow]").FillAsync("live");
        await Expect(window.Page.Locator("[data-rows] tr:visible")).ToHaveCountAsync(2);
        Assert.Empty(window.Problems);
    }

    [SkippableFact]
    public async Task Copy_OfARerunCommand_IsInTheClipboard()
    {
        await using var window = await browser.OpenAsync(new BrowserNewContextOptions { Permissions = ["clipboard-read", "clipboard-write"] });
        await window.GoAsync($"/ui/runs/{Uri.EscapeDataString(LabData.Failed)}");

        await window.Page.Locator("[data-copy=rerun]").ClickAsync();

        await Expect(window.Page.Locator("[data-copy=rerun]")).ToHaveTextAsync("Copied");
        Assert.Equal($"teuthology suite --rerun {LabData.Failed} --rerun-statuses fail,dead", await window.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [SkippableFact]
    public async Task Copy_WhereThereIsNoClipboard_SelectsTheCommand()
    {
        await using var window = await browser.OpenAsync();
        await window.Page.AddInitScriptAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false;");
        await window.GoAsync($"/ui/runs/{Uri.EscapeDataString(LabData.Failed)}/jobs/1");

        await window.Page.Locator("[data-copy=rerun]").ClickAsync();

        await Expect(window.Page.Locator("[data-copy=rerun]")).ToContainTextAsync("Selected");
        Assert.Equal(await window.Page.Locator("#rerun").TextContentAsync(), await window.Page.EvaluateAsync<string>("getSelection().toString()"));
    }

    [SkippableFact]
    public async Task Copy_OfAHostileName_IsOneWordForAShell()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync($"/ui/runs/{Uri.EscapeDataString(LabData.Hostile)}");
        var command = await window.Page.Locator("#rerun").TextContentAsync();

        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", $"teuthology() {{ printf '%s\\n' \"$@\"; }}\n{command}"]) { RedirectStandardOutput = true, StandardOutputEncoding = System.Text.Encoding.UTF8 })!;

        Assert.Equal(["suite", "--rerun", LabData.Hostile, "--rerun-statuses", "fail,dead"], (await shell.StandardOutput.ReadToEndAsync()).TrimEnd('\n').Split('\n'));
        await shell.WaitForExitAsync();
    }

    [SkippableFact]
    public async Task Keys_OfTheRuns_SearchWalkAndHelp()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync("/ui/runs");

        await window.Page.Keyboard.PressAsync("/");
        await Expect(window.Page.Locator("input[name=suite]")).ToBeFocusedAsync();
        await window.Page.Keyboard.PressAsync("Escape");
        await window.Page.Keyboard.PressAsync("?");
        await Expect(window.Page.Locator("#keys")).ToBeVisibleAsync();
        await window.Page.Keyboard.PressAsync("Escape");
        await Expect(window.Page.Locator("#keys")).ToBeHiddenAsync();
        await window.Page.Keyboard.PressAsync("j");
        await window.Page.Keyboard.PressAsync("j");
        await window.Page.Keyboard.PressAsync("k");
        await Expect(window.Page.Locator("tbody tr").First).ToHaveClassAsync("row at");
        var first = await window.Page.Locator("tbody tr").First.Locator("a").First.InnerTextAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync(first);
    }

    [SkippableFact]
    public async Task Queue_BehindAJobInHand_TellsWhenEachIsLikelyToBegin()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync("/ui/queue?tube=root");

        var starts = await window.Page.Locator("tbody[data-rows] td:nth-child(7) time").EvaluateAllAsync<string[]>("times => times.map(time => time.dateTime)");
        Assert.Equal(3, starts.Length);
        Assert.Equal(starts.Order(StringComparer.Ordinal), starts);

        // The second lasted 20 s in the median, the third 30 s.
        Assert.Equal([20, 30], starts.Select(DateTime.Parse).Zip(starts.Skip(1).Select(DateTime.Parse), (one, next) => (int)Math.Round((next - one).TotalSeconds)));
    }

    [SkippableFact]
    public async Task Theme_Chosen_StaysOnTheNextPage()
    {
        await using var window = await browser.OpenAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        await window.GoAsync("/ui/runs");
        await window.Page.Locator("#theme").ClickAsync();

        await window.GoAsync("/ui/nodes");

        await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(window.Page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(15, 19, 24)");
    }

    [SkippableFact]
    public async Task Times_InTheViewersZone_HaveTheUtcInTheirTitles()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync($"/ui/runs/{Uri.EscapeDataString(LabData.Failed)}/jobs/1/log?at=0");

        var time = window.Page.Locator("#log time").First;
        var utc = await time.GetAttributeAsync("title");
        Assert.EndsWith(" UTC", utc, StringComparison.Ordinal);
        var told = TimeSpan.Parse((await time.TextContentAsync())!) - DateTime.Parse(utc![..19]).TimeOfDay;
        Assert.Equal(TimeSpan.FromMinutes(330), told < TimeSpan.Zero ? told + TimeSpan.FromDays(1) : told);
    }

    [SkippableFact]
    public async Task File_OfAnArchiveThatIsMarkup_IsNotRun()
    {
        await using var window = await browser.OpenAsync();
        await window.GoAsync("/ui/runs");

        var response = await window.Page.APIRequest.GetAsync($"/ui/runs/{Uri.EscapeDataString(LabData.Failed)}/jobs/1/files/%3Cb%3E.html");

        Assert.Equal(200, response.Status);
        Assert.Equal("application/octet-stream", response.Headers["content-type"]);
        Assert.Contains("sandbox", response.Headers["content-security-policy"], StringComparison.Ordinal);
    }
}
