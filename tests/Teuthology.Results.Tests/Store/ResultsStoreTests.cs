using System.Text.Json.Nodes;

namespace Teuthology.Results.Tests;

/// <summary>What holds for either database.</summary>
public abstract class ResultsStoreTests : StoreFixture
{
    private const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";

    [SkippableFact]
    public async Task SaveJob_NewRun_MakesRunWithThePartsThatTheServerReads()
    {
        await SaveAsync("1", ("status", "queued"));

        var run = await Store.RunAsync(Run, default);
        Assert.NotNull(run);
        Assert.Equal(("me", "rbd", "main-distro", ""), (run.User, run.Suite, run.Branch, run.MachineType));
        Assert.Equal("queued", run.Status);
        Assert.Equal(1, run.JobsCount);
    }

    [SkippableFact]
    public async Task SaveJob_SameThingTwice_IsOneJob()
    {
        await SaveAsync("1", ("status", "pass"), ("duration", 12.5));
        await SaveAsync("1", ("status", "pass"), ("duration", 12.5));

        var job = Assert.Single(await Store.JobsAsync(Run, default));
        Assert.Equal(12.5, job.Duration);
    }

    [SkippableTheory]
    [InlineData("pass", "dead", "pass")]
    [InlineData("fail", "dead", "fail")]
    [InlineData("fail", "running", "fail")]
    [InlineData("dead", "running", "running")]
    [InlineData("waiting", "running", "running")]
    [InlineData("running", "nonsense", "running")]
    public async Task SaveJob_LaterStatus_NeverOverridesPassOrFail(string before, string told, string after)
    {
        await SaveAsync("1", ("status", before));
        await SaveAsync("1", ("status", told));

        Assert.Equal(after, (await Store.JobAsync(Run, "1", default))!.Status);
    }

    [SkippableFact]
    public async Task SaveJob_SuccessWithoutStatus_DecidesStatus()
    {
        await SaveAsync("1", ("status", "running"));
        await SaveAsync("1", ("success", true));

        Assert.Equal("pass", (await Store.JobAsync(Run, "1", default))!.Status);
    }

    [SkippableFact]
    public async Task SaveJob_QueuedWaitingRunning_StartsOnce()
    {
        await SaveAsync("1", ("status", "queued"));
        await SaveAsync("1", ("status", "waiting"));
        Assert.Null((await Store.JobAsync(Run, "1", default))!.Started);

        Time.Advance(TimeSpan.FromSeconds(5));
        await SaveAsync("1", ("status", "running"));
        var started = Time.GetUtcNow().UtcDateTime;
        Time.Advance(TimeSpan.FromSeconds(5));
        await SaveAsync("1", ("status", "running"));

        Assert.Equal(started, (await Store.JobAsync(Run, "1", default))!.Started);
        Assert.Equal(started, (await Store.RunAsync(Run, default))!.Started);
    }

    [SkippableFact]
    public async Task SaveJob_UnknownKeysAndDashes_AreKeptInTheDocument()
    {
        await SaveAsync("1", ("status", "queued"), ("first-in-suite", false), ("nobody_knows", "me"));
        await SaveAsync("1", ("status", "running"));

        var document = (await Store.JobAsync(Run, "1", default))!.Document;
        Assert.Equal("me", document["nobody_knows"]!.GetValue<string>());
        Assert.False(document["first_in_suite"]!.GetValue<bool>());
    }

    [SkippableFact]
    public async Task SaveJob_NulInFailureReason_IsDropped()
    {
        await SaveAsync("1", ("status", "fail"), ("failure_reason", "a\0b"));

        Assert.Equal("ab", (await Store.JobAsync(Run, "1", default))!.FailureReason);
    }

    [SkippableFact]
    public async Task SaveJob_ManyWritersAtOnce_LosesNothing()
    {
        const int writers = 8, jobs = 12;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            await using var store = await OpenAsync();
            for (var job = 0; job < jobs; job++)
                await store.SaveJobAsync(Run, $"{job}", new JsonObject { [$"writer{writer}"] = job, ["status"] = "pass" }, default);
        })));

        var all = await Store.JobsAsync(Run, default);
        Assert.Equal(jobs, all.Count);
        Assert.All(all, job => Assert.Equal(writers, job.Document.Count(entry => entry.Key.StartsWith("writer", StringComparison.Ordinal))));
        Assert.Equal("finished pass", (await Store.RunAsync(Run, default))!.Status);
    }

    [SkippableFact]
    public async Task Run_FactsOfItsJobs_AreKeptWithIt()
    {
        await SaveAsync("9", ("status", "queued"), ("sha1", "bbb"), ("flavor", "crimson"), ("priority", 7), ("suite", "rgw"), ("branch", "reef"), ("machine_type", "smithi"));
        await SaveAsync("10", ("status", "fail"), ("sha1", "aaa"));
        var run = (await Store.RunAsync(Run, default))!;
        Assert.Equal(("rgw", "reef", "smithi"), (run.Suite, run.Branch, run.MachineType));
        Assert.Equal(("aaa", null, null), (run.Sha1, run.Flavor, run.Priority)); // "10" comes before "9", as text

        Assert.True(await Store.DeleteJobAsync(Run, "10", default));
        run = (await Store.RunAsync(Run, default))!;
        Assert.Equal(("bbb", "crimson", 7), (run.Sha1, run.Flavor, run.Priority));
        Assert.Equal(("queued", 1), (run.Status, run.JobsCount));
        Assert.False(await Store.DeleteJobAsync(Run, "10", default));

        Assert.True(await Store.DeleteRunAsync(Run, default));
        Assert.Null(await Store.RunAsync(Run, default));
        Assert.Empty(await Store.JobsAsync(Run, default));
    }

    [SkippableFact]
    public async Task SaveJob_PriorityOfAJobThatLeftTheQueue_Stays()
    {
        await SaveAsync("1", ("status", "queued"), ("priority", 100));
        await SaveAsync("1", ("priority", 50), ("status", "waiting"));
        await SaveAsync("1", ("priority", 10));

        Assert.Equal(50, (int)(await Store.JobAsync(Run, "1", default))!.Document["priority"]!);
    }

    [SkippableFact]
    public async Task SaveJob_SuccessAlone_OverridesPassAndFail()
    {
        await SaveAsync("1", ("status", "fail"));
        await SaveAsync("1", ("success", true));
        Assert.Equal("pass", (await Store.JobAsync(Run, "1", default))!.Status);

        await Store.SaveJobAsync(Run, "1", new JsonObject { ["success"] = null }, default);
        Assert.Equal("unknown", (await Store.JobAsync(Run, "1", default))!.Status);
    }

    [SkippableFact]
    public async Task SaveJob_UpdatedInLocalTime_IsKeptAsUtc()
    {
        Time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("five", TimeSpan.FromHours(5), "five", "five"));
        await SaveAsync("1", ("status", "pass"), ("updated", "2026-11-01 05:06:07.5"), ("timestamp", "2026-11-01_02:03:04"));

        var job = (await Store.JobAsync(Run, "1", default))!;
        Assert.Equal(new DateTime(2026, 11, 1, 0, 6, 7, DateTimeKind.Utc), job.Updated);
        Assert.Equal(job.Updated, (await Store.RunAsync(Run, default))!.Updated);
        Assert.Equal("2026-11-01 02:03:04", (string)job.Document["timestamp"]!);
    }

    [SkippableFact]
    public async Task SaveJob_Targets_LinkTheJobWhereThereAreMoreThanBefore()
    {
        var first = await Store.CreateJobAsync(Run, "1", Targets("ubuntu@n1", "n2"), default);
        var fewer = await Store.UpdateJobAsync(Run, "1", Targets("ubuntu@n3"), default);
        var more = await Store.UpdateJobAsync(Run, "1", Targets("ubuntu@n1", "ubuntu@n3", "ubuntu@n4"), default);

        Assert.Equal(["n1", "n2"], first.NewNodes);
        Assert.Empty(fewer.NewNodes);
        Assert.Equal(["n3", "n4"], more.NewNodes);
        Assert.Equal("1", Assert.Single(await Store.JobsOfNodeAsync("n4", default)).JobId);
        await Store.UnlinkNodeAsync("n4", default);
        Assert.Empty(await Store.JobsOfNodeAsync("n4", default));
        Assert.Single(await Store.JobsOfNodeAsync("n1", default));
    }

    [SkippableFact]
    public async Task CreateJob_WithoutAnId_GivesOneThatNobodyHas()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            (await Store.CreateJobAsync($"run{i % 2}", null, new JsonObject { ["status"] = "queued" }, default)).JobId));

        Assert.Equal(20, ids.Distinct().Count());
        Assert.Equal(10, (await Store.RunAsync("run1", default))!.JobsCount);
        Assert.Equal(ids[0], (await Store.JobAsync("run0", ids[0], default))!.JobId);
    }

    [SkippableFact]
    public async Task CreateAndUpdate_JobThatIsOrIsNot_AreRefused()
    {
        Assert.Equal(SaveOutcome.Missing, (await Store.UpdateJobAsync(Run, "1", [], default)).Outcome);
        Assert.Null(await Store.RunAsync(Run, default));
        Assert.Equal(SaveOutcome.Saved, (await Store.CreateJobAsync(Run, "1", [], default)).Outcome);
        Assert.Equal(SaveOutcome.Exists, (await Store.CreateJobAsync(Run, "1", [], default)).Outcome);
        await Store.CreateJobAsync(Run, "2", [], default);

        Assert.Equal(SaveOutcome.Exists, (await Store.UpdateJobAsync(Run, "1", new JsonObject { ["job_id"] = "2" }, default)).Outcome);
        Assert.Equal(SaveOutcome.Saved, (await Store.UpdateJobAsync(Run, "1", new JsonObject { ["job_id"] = 7 }, default)).Outcome);
        Assert.Equal(["2", "7"], (await Store.JobsAsync(Run, default)).Select(job => job.JobId));
    }

    [SkippableFact]
    public async Task Counts_AfterAnyChanges_AreThoseOfTheJobs()
    {
        string[] states = ["queued", "waiting", "running", "pass", "fail", "dead"];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Store.SaveJobAsync(Run, $"{i % 23}", new JsonObject { ["status"] = states[i * 7 % states.Length], ["sha1"] = $"{i}" }, default)));

        var jobs = await Store.JobsAsync(Run, default);
        var run = (await Store.RunAsync(Run, default))!;
        Assert.Equal(jobs.CountBy(job => job.Status).ToDictionary(), run.Results.Where(entry => entry.Value > 0).ToDictionary());
        Assert.Equal(jobs.MinBy(job => job.JobId, StringComparer.Ordinal)!.Document["sha1"]!.ToString(), run.Sha1);
    }

    [SkippableFact]
    public async Task Version_ChangeByAnother_IsSeen()
    {
        await using var other = await OpenAsync();
        var version = await Store.VersionAsync(default);
        Time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(50);
        var waiting = Store.WaitForChangeAsync(version, TimeSpan.FromDays(300), default);
        await other.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);
        for (var i = 0; i < 500 && !waiting.IsCompleted; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(waiting, Task.Delay(20));
        }

        Assert.NotEqual(version, await waiting.WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [SkippableFact]
    public async Task Values_OfRuns_AreThoseThatTheFilterLeaves()
    {
        await Store.SaveJobAsync("a-2026-11-01_02:03:04-rbd-main-distro-default-x", "1", new JsonObject { ["status"] = "pass", ["branch"] = "main", ["sha1"] = "111", ["flavor"] = "default" }, default);
        await Store.SaveJobAsync("b-2026-11-02_02:03:04-rgw-reef-distro-default-x", "1", new JsonObject { ["status"] = "fail", ["branch"] = "reef", ["sha1"] = "222" }, default);

        Assert.Equal(["main", "reef"], await Store.RunValuesAsync(RunProperty.Branch, new RunQuery(), default));
        Assert.Equal(["rgw"], await Store.RunValuesAsync(RunProperty.Suite, new RunQuery { Branch = "reef" }, default));
        Assert.Equal(["finished fail", "finished pass"], await Store.RunValuesAsync(RunProperty.Status, new RunQuery(), default));
        Assert.Equal(["2026-11-01", "2026-11-02"], await Store.RunValuesAsync(RunProperty.Date, new RunQuery(), default));
        Assert.Equal(["111"], await Store.RunValuesAsync(RunProperty.Sha1, new RunQuery { Sha1 = "1" }, default));
        Assert.Equal(["default"], await Store.RunValuesAsync(RunProperty.Flavor, new RunQuery { Flavor = "default" }, default));
        Assert.Equal(["a", "b"], await Store.RunValuesAsync(RunProperty.User, new RunQuery { From = new DateTime(2026, 11, 1, 2, 3, 4, DateTimeKind.Utc) }, default));
    }

    [SkippableFact]
    public async Task Pop_JobOfAQueue_GivesEachToOne()
    {
        for (var i = 1; i <= 6; i++)
            await SaveAsync($"{i}", ("status", "queued"), ("queue", "smithi"), ("priority", 10 - i));

        var popped = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => Store.PopJobAsync("smithi", default)));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], popped.OfType<JobRecord>().Select(job => job.JobId).Order());
        Assert.Null(await Store.PopJobAsync("smithi", default));

        Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("6", (await Store.PopJobAsync("smithi", default))!.JobId);
    }

    [SkippableFact]
    public async Task UpdateJob_NothingButAName_MovesItsTimeAndNothingElse()
    {
        await SaveAsync("1", ("status", "fail"), ("failure_reason", "it broke"), ("sha1", "abc"), ("own_key", "kept"));
        await SaveAsync("2", ("status", "running"));
        var before = (await Store.JobAsync(Run, "1", default))!;
        Time.Advance(TimeSpan.FromMinutes(3));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.UpdateJobAsync(Run, $"{1 + (i % 2)}", new JsonObject { ["name"] = Run, ["job_id"] = $"{1 + (i % 2)}" }, default)));

        var after = (await Store.JobAsync(Run, "1", default))!;
        Assert.Equal(before.Updated + TimeSpan.FromMinutes(3), after.Updated);
        Assert.Equal(before.Document.ToJsonString(), after.Document.ToJsonString());
        Assert.Equal(["1"], (await Store.FailuresAsync(after.Updated, 10, default)).Select(job => job.JobId));
        Assert.Equal(after.Updated, (await Store.RunAsync(Run, default))!.Updated);
    }

    [SkippableFact]
    public async Task ClaimRunName_TakenName_IsASecondLater()
    {
        Assert.True(RunName.TryParse(Run, out var name));
        var names = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Store.ClaimRunNameAsync(name, default)));

        Assert.Equal(Enumerable.Range(0, 5).Select(s => $"me-2026-11-22_10:00:0{s}-rbd-main-distro-default-root"), names.Select(n => n.ToString()).Order());
    }

    [SkippableFact]
    public async Task Runs_Pages_NewestFirst()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.SaveJobAsync($"run{i}", "1", new JsonObject { ["status"] = "pass", ["suite"] = i % 2 == 0 ? "even" : "odd" }, default);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["run4", "run3"], await NamesAsync(new RunQuery { Count = 2 }));
        Assert.Equal(["run2", "run1"], await NamesAsync(new RunQuery { Count = 2, Page = 2 }));
        Assert.Equal(["run3", "run1"], await NamesAsync(new RunQuery { Suite = "odd" }));
        Assert.Empty(await NamesAsync(new RunQuery { Page = int.MaxValue }));

        async Task<IEnumerable<string>> NamesAsync(RunQuery query) => (await Store.RunsAsync(query, default)).Select(run => run.Name);
    }

    [SkippableFact]
    public async Task Jobs_Ids_SortByValue()
    {
        foreach (var id in new[] { "10", "9", "1" })
            await SaveAsync(id, ("status", "pass"));

        Assert.Equal(["1", "9", "10"], (await Store.JobsAsync(Run, default)).Select(job => job.JobId));
    }

    private static JsonObject Targets(params string[] targets) =>
        new() { ["targets"] = new JsonObject(targets.Select(target => KeyValuePair.Create(target, (JsonNode?)"key"))) };

    private Task SaveAsync(string jobId, params (string Key, JsonNode? Value)[] told) =>
        Store.SaveJobAsync(Run, jobId, new JsonObject(told.Select(t => KeyValuePair.Create(t.Key, t.Value))), default);
}
