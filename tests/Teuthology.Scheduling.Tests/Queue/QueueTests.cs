using Teuthology.Yaml;

namespace Teuthology.Scheduling.Tests;

/// <summary>What every queue does, whatever keeps it.</summary>
public abstract class QueueTests<TFixture> : IAsyncLifetime
    where TFixture : QueueFixture, new()
{
    private readonly TFixture _fixture = new();

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [SkippableFact]
    public async Task Take_SeveralJobs_LowestPriorityThenOldestFirst()
    {
        await using var queue = _fixture.Open();
        var late = await queue.PutAsync(Job("late", 1000), default);
        var first = await queue.PutAsync(Job("first", 10), default);
        var second = await queue.PutAsync(Job("second", 10), default);
        await queue.PutAsync(Job("other", 1, tube: "mira"), default);

        List<string> taken = [];
        while (await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default) is { } claim)
            taken.Add(claim.Id);

        Assert.Equal([first, second, late], taken);
    }

    [SkippableFact]
    public async Task Take_Job_IsTheDocumentThatWasPut()
    {
        await using var queue = _fixture.Open();
        var job = Job("a {b} é: 'c'", 7);
        var id = await queue.PutAsync(job, default);

        var claim = await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        Assert.Equal((id, 7L, 1, false), (claim!.Id, claim.Priority, claim.Attempt, claim.IsSpent));
        Assert.Equal(YamlDumper.Dump(job.Document), YamlDumper.Dump(claim.Document));
    }

    [SkippableFact]
    public async Task Take_PutMeanwhile_ComesWithoutWaitingForTheEnd()
    {
        await using var queue = _fixture.Open();
        await using var other = _fixture.Open();
        var taking = queue.TakeAsync("smithi", "me", TimeSpan.FromMinutes(2), default);

        var id = await other.PutAsync(Job("x"), default);

        Assert.Equal(id, (await taking)!.Id);
    }

    [SkippableFact]
    public async Task Finish_JobInHand_IsOverOnceAndForAll()
    {
        await using var queue = _fixture.Open();
        await queue.PutAsync(Job("x"), default);
        var claim = await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        Assert.True(await queue.FinishAsync(claim!, default));

        Assert.Null(await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default));
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    [SkippableFact]
    public async Task Return_JobInHand_IsTakenAgainInItsPlace()
    {
        await using var queue = _fixture.Open();
        var id = await queue.PutAsync(Job("x", 5), default);
        await queue.PutAsync(Job("y", 6), default);
        var claim = await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        Assert.True(await queue.ReturnAsync(claim!, "no machines", isTry: true, default));

        Assert.Equal(id, (await queue.TakeAsync("smithi", "me", TimeSpan.FromSeconds(10), default))!.Id);
        Assert.False(await queue.FinishAsync(claim! with { Fence = claim.Fence - 1 }, default) && claim.Fence > 0);
    }

    [SkippableFact]
    public async Task Adopt_HandedOver_TheOtherProcessHasItAndFinishesIt()
    {
        await using var dispatcher = _fixture.Open();
        await using var runner = _fixture.Open();
        await dispatcher.PutAsync(Job("x"), default);
        var claim = await dispatcher.TakeAsync("smithi", "dispatcher", TimeSpan.Zero, default);

        Assert.True(await dispatcher.HandOverAsync(claim!, default));
        Assert.Null(await dispatcher.TakeAsync("smithi", "thief", TimeSpan.Zero, default));
        Assert.True(await runner.AdoptAsync(claim!, "runner", default));

        Assert.True(await runner.RenewAsync(claim!, default));
        Assert.Null(await dispatcher.TakeAsync("smithi", "thief", TimeSpan.Zero, default));
        Assert.True(await runner.FinishAsync(claim!, default));
        Assert.False(await runner.AdoptAsync(claim!, "late", default));
    }

    [SkippableFact]
    public async Task Return_WorkersOwnTrouble_DoesNotCountAsATry()
    {
        await using var queue = _fixture.Open(new QueuePolicy { Attempts = 1 });
        await queue.PutAsync(Job("x"), default);
        for (var i = 0; i < 3; i++)
        {
            var claim = await queue.TakeAsync("smithi", "me", TimeSpan.FromSeconds(10), default);
            Assert.Equal((1, false), (claim!.Attempt, claim.IsSpent));
            Assert.True(await queue.ReturnAsync(claim, "the results server is away", isTry: false, default));
        }
    }

    [SkippableFact]
    public async Task Take_TriedTooOften_IsGivenAsSpent()
    {
        await using var queue = _fixture.Open(new QueuePolicy { Attempts = 2 });
        var id = await queue.PutAsync(Job("x"), default);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var claim = await queue.TakeAsync("smithi", "me", TimeSpan.FromSeconds(10), default);
            Assert.Equal((attempt, false), (claim!.Attempt, claim.IsSpent));
            await using var runner = _fixture.Open();
            Assert.True(await queue.HandOverAsync(claim, default));
            Assert.True(await runner.AdoptAsync(claim, "runner", default));
            Assert.True(await runner.ReturnAsync(claim, "it died", isTry: true, default));
        }

        var spent = await queue.TakeAsync("smithi", "me", TimeSpan.FromSeconds(10), default);

        Assert.Equal((id, true), (spent!.Id, spent.IsSpent));
        Assert.True(await queue.FinishAsync(spent, default));
    }

    [SkippableFact]
    public async Task List_WaitingAndInHand_InTheOrderOfTheirTurnAndNothingIsTaken()
    {
        await using var queue = _fixture.Open();
        await using var onlooker = _fixture.Open();
        var held = await queue.PutAsync(Job("held", 1), default);
        var last = await queue.PutAsync(Job("last", 9), default);
        var next = await queue.PutAsync(Job("next", 8), default);
        await queue.PutAsync(Job("other", 1, "mira"), default);
        await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        var jobs = await onlooker.ListAsync(new QueueQuery { Tube = "smithi" }, default);

        Assert.Equal([(held, null), (next, 1), (last, 2)], jobs.Select(job => (job.Id, job.Position)));
        Assert.NotNull(jobs[0].Worker);
        Assert.Equal(["held", "next", "last"], jobs.Select(job => job.Description));
        Assert.All(jobs, job => Assert.Equal("run-1", job.RunName));
        Assert.Equal([next], (await onlooker.ListAsync(new QueueQuery { Tube = "smithi", Count = 2 }, default)).Skip(1).Select(job => job.Id));
        Assert.Equal(4, (await onlooker.ListAsync(QueueQuery.All, default)).Count);
        Assert.Empty(await onlooker.ListAsync(new QueueQuery { RunName = "run-2" }, default));
        Assert.Equal([(held, null), (next, 1), (last, 2)], (await onlooker.ListAsync(new QueueQuery { Tube = "smithi", RunName = "run-1" }, default)).Select(job => (job.Id, job.Position)));
        Assert.Equal(next, (await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default))!.Id);
    }

    [SkippableFact]
    public async Task Tubes_SomeJobs_CountsThem()
    {
        await using var queue = _fixture.Open();
        await queue.PutAsync(Job("a"), default);
        await queue.PutAsync(Job("b"), default);
        await queue.PutAsync(Job("c", tube: "mira"), default);
        await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        Assert.Equal([new TubeState("mira", 1, 0, null), new TubeState("smithi", 1, 1, null)], await queue.TubesAsync(default));
    }

    [SkippableFact]
    public async Task Pause_Tube_GivesNothingUntilItIsResumed()
    {
        await using var queue = _fixture.Open();
        var id = await queue.PutAsync(Job("a"), default);

        await queue.PauseAsync("smithi", new QueuePause("me", "maintenance", DateTime.UtcNow.AddHours(1)), default);

        Assert.Null(await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default));
        var pause = Assert.Single(await queue.TubesAsync(default)).Pause;
        Assert.InRange(pause!.Until!.Value, DateTime.UtcNow.AddMinutes(58), DateTime.UtcNow.AddMinutes(62));
        await queue.ResumeAsync("smithi", default);
        Assert.Null(Assert.Single(await queue.TubesAsync(default)).Pause);
        Assert.Equal(id, (await queue.TakeAsync("smithi", "me", TimeSpan.FromSeconds(10), default))!.Id);
    }

    [SkippableFact]
    public async Task Delete_WaitingAndInHand_TakesOutWhatWaits()
    {
        await using var queue = _fixture.Open();
        await using var other = _fixture.Open();
        var held = await queue.PutAsync(Job("held"), default);
        var waiting = await queue.PutAsync(Job("waiting"), default);
        await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        Assert.Equal([waiting], await other.DeleteAsync([held, waiting, "999999", "nonsense"], default));

        Assert.Null(await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default));
    }

    protected static NewQueueJob Job(string description, long priority = 1000, string tube = "smithi") => new()
    {
        Tube = tube,
        Priority = priority,
        Document = new YamlMap { ["name"] = "run-1", ["description"] = description, ["machine_type"] = tube, ["tasks"] = new YamlList { new YamlMap { ["print"] = "hello" } } },
    };
}

public sealed class SqliteQueueTests : QueueTests<SqliteQueueFixture>;

public sealed class PostgresQueueTests : QueueTests<PostgresQueueFixture>;

public sealed class BeanstalkQueueTests : QueueTests<BeanstalkQueueFixture>;
