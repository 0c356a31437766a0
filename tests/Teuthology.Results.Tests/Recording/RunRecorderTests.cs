using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Results.Tests;

public sealed class RunRecorderTests : StoreFixture
{
    private static readonly JobSpec Job = new()
    {
        Config = new YamlMap { ["roles"] = new YamlList([new YamlList(["mon.a"])]), ["tasks"] = new YamlList() },
        Description = "rbd/{a b}",
        RunName = "me-2026-11-22_10:00:00-rbd-main-distro-default-root",
        JobId = "3",
        Owner = "me@here",
    };

    [Fact]
    public async Task Recorder_WholeJob_LeavesItsStory()
    {
        await using (var recorder = new RunRecorder(Store, NullLogger.Instance))
        {
            recorder.Waiting(Job, "for machines");
            recorder.TaskChanged(Job, "install", unwinding: false);
            recorder.TaskChanged(Job, "install", unwinding: true);
            recorder.Ended(Job, new JobResult(JobStatus.Fail, "it broke", TimeSpan.FromSeconds(2.5), null, null));
        }

        var job = await Store.JobAsync(Job.RunName, "3", default);
        Assert.NotNull(job);
        Assert.Equal(("fail", "it broke", 2.5, "me@here", "rbd/{a b}"), (job.Status, job.FailureReason, job.Duration, job.Owner, job.Description));
        Assert.NotNull(job.Started);
        Assert.Equal("""[["mon.a"]]""", job.Document["roles"]!.ToJsonString());
        Assert.Equal("rbd", job.Document["suite"]!.GetValue<string>());
    }

    [Fact]
    public async Task Recorder_JobThatWaits_IsWaitingAndKnowsItsProcess()
    {
        await using (var recorder = new RunRecorder(Store, NullLogger.Instance))
            recorder.Waiting(Job, "for machines");

        Assert.Equal("waiting", (await (await OpenAsync()).JobAsync(Job.RunName, "3", default))!.Status);
    }

    [Fact]
    public async Task Recorder_JobThatHasItsMachines_TellsOfThem()
    {
        await using (var recorder = new RunRecorder(Store, NullLogger.Instance))
        {
            recorder.Waiting(Job, "for machines");
            recorder.Locked(Job, new YamlMap { ["ubuntu@n1"] = "ssh-ed25519 AAAA" });
        }

        Assert.Equal("""{"ubuntu@n1":"ssh-ed25519 AAAA"}""", (await Store.JobAsync(Job.RunName, "3", default))!.Document["targets"]!.ToJsonString());
        Assert.Single(await Store.JobsOfNodeAsync("n1", default));
    }

    [Fact]
    public async Task Recorder_SkippedJob_KeepsTheReason()
    {
        await using (var recorder = new RunRecorder(Store, NullLogger.Instance))
            recorder.Ended(Job, new JobResult(JobStatus.Skip, "needs root; run as root", TimeSpan.Zero, null, null));

        var job = await Store.JobAsync(Job.RunName, "3", default);
        Assert.Equal(("skip", "needs root; run as root"), (job!.Status, job.FailureReason));
    }

    [Fact]
    public async Task Recorder_StoreThatFails_FailsNoJob()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Delete(Store.Path);
        await using var recorder = new RunRecorder(Store, NullLogger.Instance);

        recorder.Ended(Job, new JobResult(JobStatus.Pass, null, TimeSpan.Zero, null, null));
    }
}
