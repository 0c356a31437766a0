using System.Text.Json.Nodes;

namespace Teuthology.Results.Tests;

/// <summary>What becomes of jobs whose process is gone, in either database.</summary>
public abstract class AbandonedJobTests : StoreFixture
{
    private const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";

    [SkippableFact]
    public async Task Open_JobOfADeadProcess_EndsItDead()
    {
        await SaveAsync("1", ("status", "running"), ("process", Gone));
        await SaveAsync("2", ("status", "running"), ("process", ControllerProcess.Current.ToString()));
        await SaveAsync("3", ("status", "pass"), ("process", Gone));

        await using var store = await OpenAsync();

        var jobs = await store.JobsAsync(Run, default);
        Assert.Equal(["dead", "running", "pass"], jobs.Select(job => job.Status));
        Assert.Contains("gone", jobs[0].FailureReason, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Open_JobThatAnotherProcessTookUp_LeavesIt()
    {
        await SaveAsync("1", ("status", "running"), ("process", Gone));
        await SaveAsync("1", ("status", "queued"));
        await SaveAsync("1", ("status", "running"));
        await SaveAsync("2", ("status", "running"), ("process", Gone));
        await SaveAsync("2", ("status", "running"), ("process", null));

        await using var store = await OpenAsync();

        Assert.All(await store.JobsAsync(Run, default), job => Assert.Equal("running", job.Status));
        Assert.Equal(0, await store.EndAbandonedJobsAsync(default));
    }

    [SkippableFact]
    public async Task Open_ArchiveThatAClientToldOf_IsNeitherReadNorWritten()
    {
        var (own, other) = (Directory.CreateTempSubdirectory("teuthology-own-").FullName, Directory.CreateTempSubdirectory("teuthology-other-").FullName);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(other, "info.yaml"), "description: secret\n");
            await File.WriteAllTextAsync(Path.Combine(other, ".reserve"), "not ours");

            // A client tells all of it; moves a job whose archive is known; and tells of a process of another host.
            await Store.CreateJobAsync(Run, "1", Told(Gone, other), default);
            await SaveAsync("2", ("status", "running"), ("process", Gone), ("archive_path", own));
            await Store.UpdateJobAsync(Run, "2", new JsonObject { ["archive_path"] = other }, default);
            await Store.CreateJobAsync(Run, "3", Told($"{Guid.NewGuid()} {ControllerProcess.Current.PidNamespace} 7 7", other), default);

            await using var store = await OpenAsync();

            Assert.Equal(["dead", "dead", "running"], (await store.JobsAsync(Run, default)).Select(job => job.Status));
            Assert.Equal([".reserve", "info.yaml"], Directory.GetFiles(other).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Contains("dead", await File.ReadAllTextAsync(Path.Combine(own, "summary.yaml")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(own, recursive: true);
            Directory.Delete(other, recursive: true);
        }

        static JsonObject Told(string process, string archive) => new() { ["status"] = "running", ["process"] = process, ["archive_path"] = archive };
    }

    /// <summary>A process of this boot that is over.</summary>
    private static string Gone => (ControllerProcess.Current with { StartTicks = 1 }).ToString();

    private Task SaveAsync(string jobId, params (string Key, JsonNode? Value)[] told) =>
        Store.SaveJobAsync(Run, jobId, new JsonObject(told.Select(t => KeyValuePair.Create(t.Key, t.Value))), default);
}
