using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Teuthology.Results.Tests;

public sealed class ResultsStoreTests : StoreFixture
{
    private const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";

    [Fact]
    public async Task SaveJob_NewRun_MakesRunWithPartsOfItsName()
    {
        await SaveAsync("1", ("status", "queued"));

        var run = await Store.RunAsync(Run, default);
        Assert.NotNull(run);
        Assert.Equal(("me", "rbd", "main", "root"), (run.User, run.Suite, run.Branch, run.MachineType));
        Assert.Equal("queued", run.Status);
        Assert.Equal(1, run.JobsCount);
    }

    [Fact]
    public async Task SaveJob_SameThingTwice_IsOneJob()
    {
        await SaveAsync("1", ("status", "pass"), ("duration", 12.5));
        await SaveAsync("1", ("status", "pass"), ("duration", 12.5));

        var job = Assert.Single(await Store.JobsAsync(Run, default));
        Assert.Equal(12.5, job.Duration);
    }

    [Theory]
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

    [Fact]
    public async Task SaveJob_SuccessWithoutStatus_DecidesStatus()
    {
        await SaveAsync("1", ("status", "running"));
        await SaveAsync("1", ("success", true));

        Assert.Equal("pass", (await Store.JobAsync(Run, "1", default))!.Status);
    }

    [Fact]
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

    [Fact]
    public async Task SaveJob_UnknownKeysAndDashes_AreKeptInTheDocument()
    {
        await SaveAsync("1", ("status", "queued"), ("first-in-suite", false), ("nobody_knows", "me"));
        await SaveAsync("1", ("status", "running"));

        var document = (await Store.JobAsync(Run, "1", default))!.Document;
        Assert.Equal("me", document["nobody_knows"]!.GetValue<string>());
        Assert.False(document["first_in_suite"]!.GetValue<bool>());
    }

    [Fact]
    public async Task SaveJob_NulInFailureReason_IsDropped()
    {
        await SaveAsync("1", ("status", "fail"), ("failure_reason", "a\0b"));

        Assert.Equal("ab", (await Store.JobAsync(Run, "1", default))!.FailureReason);
    }

    [Fact]
    public async Task SaveJob_ManyWritersAtOnce_LosesNothing()
    {
        const int writers = 8, jobs = 12;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var store = await OpenAsync();
            for (var job = 0; job < jobs; job++)
                await store.SaveJobAsync(Run, $"{job}", new JsonObject { [$"writer{writer}"] = job, ["status"] = "pass" }, default);
        })));

        var all = await Store.JobsAsync(Run, default);
        Assert.Equal(jobs, all.Count);
        Assert.All(all, job => Assert.Equal(writers, job.Document.Count(entry => entry.Key.StartsWith("writer", StringComparison.Ordinal))));
        Assert.Equal("finished pass", (await Store.RunAsync(Run, default))!.Status);
    }

    [Fact]
    public async Task Open_ManyAtOnceOnNewDirectory_AllGetTheSameTables()
    {
        var fresh = Path.Combine(State, "fresh");
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ResultsStore.OpenAsync(fresh, Time, default))));

        await stores[0].SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);
        Assert.All(await Task.WhenAll(stores.Select(store => store.JobsAsync(Run, default))), jobs => Assert.Single(jobs));
    }

    [Fact]
    public async Task Open_AfterAMigrationWasKilled_IsNotStuck()
    {
        var fresh = Path.Combine(State, "killed");
        Directory.CreateDirectory(fresh);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(fresh, "results.db")}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
                """;
            await command.ExecuteNonQueryAsync();
        }

        var store = await ResultsStore.OpenAsync(fresh, Time, default).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await store.RunsAsync(new RunQuery(), default));
    }

    [Fact]
    public async Task Open_FileThatIsNoDatabase_TellsWhichAndWhatToDo()
    {
        var broken = Path.Combine(State, "broken");
        Directory.CreateDirectory(broken);
        await File.WriteAllTextAsync(Path.Combine(broken, "results.db"), new string('x', 4096));

        var failure = await Assert.ThrowsAsync<TeuthologyException>(() => ResultsStore.OpenAsync(broken, Time, default));
        Assert.Contains(Path.Combine(broken, "results.db"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("TEUTHOLOGY_STATE", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_JobOfADeadProcess_EndsItDead()
    {
        await SaveAsync("1", ("status", "running"), ("process", "another-boot pid:[1] 1 1"));
        await SaveAsync("2", ("status", "running"), ("process", ProcessMark.Current.ToString()));
        await SaveAsync("3", ("status", "pass"), ("process", "another-boot pid:[1] 1 1"));

        var store = await OpenAsync();

        var jobs = await store.JobsAsync(Run, default);
        Assert.Equal(["dead", "running", "pass"], jobs.Select(job => job.Status));
        Assert.Contains("gone", jobs[0].FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClaimRunName_TakenName_IsASecondLater()
    {
        Assert.True(RunName.TryParse(Run, out var name));
        var names = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Store.ClaimRunNameAsync(name, default)));

        Assert.Equal(Enumerable.Range(0, 5).Select(s => $"me-2026-11-22_10:00:0{s}-rbd-main-distro-default-root"), names.Select(n => n.ToString()).Order());
    }

    [Fact]
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

    [Fact]
    public async Task Jobs_Ids_SortByValue()
    {
        foreach (var id in new[] { "10", "9", "1" })
            await SaveAsync(id, ("status", "pass"));

        Assert.Equal(["1", "9", "10"], (await Store.JobsAsync(Run, default)).Select(job => job.JobId));
    }

    private Task SaveAsync(string jobId, params (string Key, JsonNode Value)[] told) =>
        Store.SaveJobAsync(Run, jobId, new JsonObject(told.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Key, t.Value))), default);
}
