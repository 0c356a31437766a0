namespace Teuthology.Scheduling.Tests;

public sealed class JobForecastTests
{
    private static readonly DateTime Now = new(2026, 11, 23, 8, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Expect_TwoAtWork_WaitingOnesFollowAsLanesBecomeFree()
    {
        var forecast = new QueueForecast();
        forecast.Learn("rbd/long", 600);
        forecast.Learn("rbd/short", 100);
        forecast.Learn("rbd/short", 140);

        var expected = forecast.Expect([Held("1", "rbd/long", 300), Held("2", "rbd/short", 60), Waiting("3", "rbd/short"), Waiting("4", "rbd/other"), Waiting("5", "rbd/short")], Now);

        // One lane is free in 60 s, and after 120 s more; the other in 300 s.
        Assert.Equal([("3", 60.0), ("4", 180.0), ("5", 300.0)], expected.Select(job => (job.Key, (job.Value - Now).TotalSeconds)).Order());
    }

    [Fact]
    public void Expect_NobodyAtWorkOrNothingKnown_TellsNothing()
    {
        var forecast = new QueueForecast();
        Assert.Empty(forecast.Expect([Held("1", null, 5), Waiting("2", null)], Now));
        forecast.Learn("rbd/short", 100);
        Assert.Empty(forecast.Expect([Waiting("2", null)], Now));
    }

    [Fact]
    public void Known_OfADescription_IsItsMedianAlone()
    {
        var forecast = new QueueForecast();
        forecast.Learn("rbd/short", 100);
        forecast.Learn("rbd/short", 140);
        forecast.Learn("rbd/short", 900);
        Assert.Equal((TimeSpan.FromSeconds(140), (TimeSpan?)null, (TimeSpan?)null), (forecast.Known("rbd/short"), forecast.Known("rbd/other"), forecast.Known(null)));
    }

    [Fact]
    public void Expect_PausedTube_BeginsBehindThePauseOrNobodyKnows()
    {
        var forecast = new QueueForecast();
        forecast.Learn("rbd/short", 100);
        IReadOnlyList<QueueEntry> jobs = [Held("1", "rbd/short", 60), Waiting("2", "rbd/short"), Waiting("3", "rbd/short")];

        var later = forecast.Expect(jobs, Now, [new TubeState("smithi", 2, 1, new QueuePause(null, null, Now.AddHours(1)))]);
        var never = forecast.Expect(jobs, Now, [new TubeState("smithi", 2, 1, new QueuePause(null, null, null))]);

        Assert.Equal([("2", 3600.0), ("3", 3700.0)], later.Select(job => (job.Key, (job.Value - Now).TotalSeconds)).Order());
        Assert.Empty(never);
    }

    private static QueueEntry Held(string id, string? description, int seconds) => Waiting(id, description) with { Worker = "w", TakenAt = Now.AddSeconds(-seconds) };

    private static QueueEntry Waiting(string id, string? description) => new() { Id = id, Tube = "smithi", Text = "", Description = description };
}
