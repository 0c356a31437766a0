using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly Cli _cli = new();

    public ReportTests()
    {
        _cli.Write("archive/one/1/orig.config.yaml", "suite: rbd\nroles: [[client.0]]\n");
        _cli.Write("archive/one/1/info.yaml", "owner: me@here\ndescription: rbd/a\n");
        _cli.Write("archive/one/1/summary.yaml", "success: true\nduration: 12.5\n");
        _cli.Write("archive/one/2/info.yaml", "owner: me@here\n");
        _cli.Write("archive/two/7/summary.yaml", "success: false\nfailure_reason: it broke\n");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Report_ARun_TellsWhatItsArchiveSays()
    {
        var result = await _cli.RunAsync("report", "-r", "one");
        var again = await _cli.RunAsync("report", "-r", "one");

        Assert.Equal((0, "one 2 jobs dead=False\n"), (result.ExitCode, result.Error));
        Assert.Equal("one 2 jobs dead=False\n    already present; skipped\n", again.Error);
        var jobs = await (await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default)).JobsAsync("one", default);
        Assert.Equal([("1", "pass", "me@here", "rbd/a"), ("2", "unknown", "me@here", null)], jobs.Select(job => (job.JobId, job.Status, job.Owner, job.Description)));
    }

    [Fact]
    public async Task Report_ToOurServer_IsThere()
    {
        await using var server = await EmptyServer.StartAsync();
        await ReportAsync(server.Url);
    }

    [SkippableFact]
    public async Task Report_ToARealPaddles_IsThere()
    {
        await using var paddles = await RealPaddles.StartAsync();
        await ReportAsync(paddles.Url);
    }

    [Fact]
    public async Task Report_Dead_EndsWhatNeverEnded()
    {
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await store.SaveJobAsync("one", "2", new JsonObject { ["status"] = "queued" }, default);
        await store.SaveJobAsync("one", "3", new JsonObject { ["status"] = "queued" }, default);

        await _cli.RunAsync("report", "-r", "one", "-D");

        Assert.Equal(["pass", "dead", "dead"], (await store.JobsAsync("one", default)).Select(job => job.Status));
    }

    [Fact]
    public async Task Report_AllRuns_GoesOnBehindTheLastOne()
    {
        _cli.Write("last_successful_run", "one");

        var result = await _cli.RunAsync("report", "--all-runs");

        Assert.Equal("Posting 1 runs\ntwo 1 jobs dead=False\nTotal: 1 jobs in 1 runs\n", result.Error);
        Assert.False(File.Exists(Path.Combine(_cli.Directory, "last_successful_run")));
    }

    [Theory]
    [InlineData("name runs with --run, or take --all-runs")]
    [InlineData("name runs with --run, or take --all-runs", "--all-runs", "-r", "one")]
    [InlineData("--job goes with one --run", "-r", "one", "two", "-j", "1")]
    public async Task Report_WhatMakesNoSense_IsBadInput(string message, params string[] arguments) =>
        Assert.Equal(new CliResult(2, "", $"teuthology: {message}\n"), await _cli.RunAsync(["report", .. arguments]));

    private async Task ReportAsync(string url)
    {
        var result = await _cli.RunAsync("report", "-r", "one", "two", "-s", url);
        await _cli.RunAsync("report", "-r", "one", "-R", "-s", url);
        var shown = await _cli.RunAsync("results", "two", "--server", url);

        Assert.Equal((0, "Posting 2 runs\none 2 jobs dead=False\ntwo 1 jobs dead=False\nTotal: 3 jobs in 2 runs\n"), (result.ExitCode, result.Error));
        Assert.Contains("it broke", shown.Output);
        await using var there = new ServerResults(new HttpClient(), url);
        var jobs = await there.JobsAsync("one", default);
        Assert.Equal([("1", "pass", "me@here", "rbd/a"), ("2", "unknown", "me@here", null)], jobs.Select(job => (job.JobId, job.Status, job.Owner, job.Description)));
        Assert.True(await there.DeleteJobAsync("one", "2", default));
        Assert.Equal(("finished pass", 1), ((await there.RunAsync("one", default))!.Status, (await there.RunAsync("one", default))!.JobsCount));
    }
}
