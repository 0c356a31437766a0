using System.Text.Json.Nodes;

namespace Teuthology.Results.Tests;

public sealed class ServerResultsTests
{
    private const string Run = "teuthology-2026-11-01_02:03:04-rados-main-distro-default-smithi";

    [Fact]
    public async Task SaveJob_NewJob_IsPosted()
    {
        var paddles = new RecordedPaddles(144);
        await using var results = paddles.Client();

        await results.SaveJobAsync(Run, "5", new JsonObject { ["status"] = "queued" }, default);

        Assert.True(paddles.Done);
        Assert.Equal($$"""{"status":"queued","name":"{{Run}}","job_id":"5"}""", paddles.Sent[0]!.ToJsonString());
    }

    [Fact]
    public async Task SaveJob_ServerHasIt_IsPutAndNotPostedAgain()
    {
        var paddles = new RecordedPaddles(145, 160, 160);
        await using var results = paddles.Client();

        await results.SaveJobAsync(Run, "5", new JsonObject { ["status"] = "waiting" }, default);
        await results.SaveJobAsync(Run, "5", new JsonObject { ["status"] = "waiting" }, default);

        Assert.True(paddles.Done);
    }

    [Fact]
    public async Task Job_FinishedOne_HasWhatWasToldAndItsTimes()
    {
        await using var results = new RecordedPaddles(169).Client();

        var job = await results.JobAsync(Run, "5", default);

        Assert.Equal(("5", "fail", "it broke", 13d, "rados/x", "scheduled_x"), (job!.JobId, job.Status, job.FailureReason, job.Duration, job.Description, job.Owner));
        Assert.Equal(new DateTime(2026, 11, 22, 15, 47, 1, 230, 363, DateTimeKind.Utc), job.Posted);
        Assert.Equal(new DateTime(2026, 11, 1, 5, 6, 7, DateTimeKind.Utc), job.Updated);
        Assert.EndsWith($"{Run}/5/teuthology.log", job.LogHref);
        Assert.Equal("""[["mon.a"],["osd.0"]]""", job.Document["roles"]!.ToJsonString());
        Assert.False(job.Document.ContainsKey("email"));
    }

    [Fact]
    public async Task Runs_OfABranch_AreReadWithTheirCounts()
    {
        await using var results = new RecordedPaddles(202).Client();

        var runs = await results.RunsAsync(new RunQuery { Branch = "main" }, default);

        Assert.Equal(["joe", "teuthology"], runs.Select(run => run.User));
        Assert.Equal((1, "finished pass", "crimson", "rados"), (runs[0].JobsCount, runs[0].Status, runs[0].Flavor, runs[0].Suite));
    }

    [Fact]
    public async Task Lookups_NothingThere_GiveNothing()
    {
        await using var results = new RecordedPaddles(134, 135, 136, 194, 191, 192).Client();

        Assert.Null(await results.RunAsync("nosuch", default));
        Assert.Empty(await results.JobsAsync("nosuch", default));
        Assert.Null(await results.JobAsync("nosuch", "1", default));
        Assert.False(await results.DeleteRunAsync("nosuch", default));
        Assert.False(await results.DeleteJobAsync(Run, "999", default));
        Assert.True(await results.DeleteJobAsync(Run, "6", default));
    }

    [Fact]
    public async Task SaveJob_ServerIsAway_SaysWhoAndWhat()
    {
        await using var results = new ServerResults(new HttpClient(), "http://127.0.0.1:1/", new ServerPatience { Tries = 1 });

        var failure = await Assert.ThrowsAsync<TeuthologyException>(() => results.SaveJobAsync("run", "1", [], default));

        Assert.Equal(FailureKind.Infrastructure, failure.Kind);
        Assert.StartsWith("results server http://127.0.0.1:1/: cannot report job run/1: ", failure.Message);
    }

    [Fact]
    public void Open_NoAddress_IsBadInput() =>
        Assert.Equal("'paddles' is no address of a results server; one looks like http://127.0.0.1:8080/",
            Assert.Throws<ConfigurationException>(() => new ServerResults(new HttpClient(), "paddles")).Message);
}
