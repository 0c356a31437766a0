using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli.Tests;

public sealed class QueueVerbTests : IDisposable
{
    private const string Run = "teuth-2026-11-20_10:11:12-rados-main-distro-default-smithi";
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Queue_SomeJobs_ListsThemInUpstreamsLines()
    {
        await ScheduleAsync(Run, "rados/basic/{a b}", "100");
        await ScheduleAsync(Run, "rados/basic/{bad}", "50");
        await ScheduleAsync("other-run", "rgw/two", "100");

        Assert.Equal($"Job:    1 priority:   50 {Run}/2\nJob:    2 priority:  100 {Run}/1\nJob:    3 priority:  100 other-run/3\n", await OutputAsync("-m", "smithi"));
        Assert.Equal($"Job:    1 priority:   50 {Run}/2\n\t rados/basic/{{bad}}\nJob:    2 priority:  100 {Run}/1\n\t rados/basic/{{a\n\t b}}\nJob:    3 priority:  100 other-run/3\n\t rgw/two\n", await OutputAsync("-d", "-m", "smithi"));
        Assert.Equal($"{Run}\nother-run\n", await OutputAsync("-r", "-m", "smithi"));
        Assert.Equal("{\"name\": \"smithi\", \"count\": 3, \"paused\": false}\n", await OutputAsync("-s", "-m", "smithi"));
        Assert.Equal("{\"name\": \"nosuchtube\", \"count\": 0, \"paused\": false}\n", await OutputAsync("-s", "-m", "nosuchtube"));
        Assert.StartsWith($"Job:    1 priority:   50 {Run}/2\n{{'description': 'rados/basic/{{bad}}',\n 'email': None,\n 'first_in_suite': False,\n", await OutputAsync("-f", "-m", "smithi"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_Delete_TakesMatchingJobsOutOfQueueAndResults()
    {
        await ScheduleAsync(Run, "a", "100");
        await ScheduleAsync("other-run", "b", "100");

        Assert.Equal($"Deleting {Run}/1\n", await OutputAsync("-D", "2026-11-20", "-m", "smithi"));

        Assert.Equal("Job:    1 priority:  100 other-run/2\n", await OutputAsync("-m", "smithi"));
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        Assert.Null(await store.JobAsync(Run, "1", default));
        Assert.NotNull(await store.JobAsync("other-run", "2", default));
    }

    [Fact]
    public async Task Queue_Pause_IsToldWithItsReasonUntilItIsEnded()
    {
        await ScheduleAsync(Run, "a", "100");

        var paused = await _cli.RunAsync("queue", "-p", "3600", "-m", "smithi", "--reason", "new switch");

        Assert.Equal((0, "Pausing for 3600s: ['smithi']\n"), (paused.ExitCode, paused.Error));
        var state = JsonNode.Parse(await OutputAsync("-s", "-m", "smithi"))!;
        Assert.Equal((true, "new switch"), ((bool)state["paused"]!, (string)state["reason"]!));
        Assert.Equal("Unpausing: ['smithi']\n", (await _cli.RunAsync("queue", "-p", "0")).Error);
        Assert.False((bool)JsonNode.Parse(await OutputAsync("-s", "-m", "smithi"))!["paused"]!);
    }

    [Fact]
    public async Task Kill_RunThatIsStillQueued_DeletesAllOfIt()
    {
        await ScheduleAsync(Run, "a", "100");
        await ScheduleAsync(Run, "b", "100");
        await ScheduleAsync("other-run", "b", "100");

        var killed = await _cli.RunAsync("kill", "-r", Run, "-m", "smithi");

        Assert.True(killed.ExitCode == 0, killed.Error);
        Assert.Contains($"Deleting job from queue. ID: 2 Name: {Run} Desc: b", killed.Error, StringComparison.Ordinal);
        Assert.Equal("Job:    1 priority:  100 other-run/3\n", await OutputAsync("-m", "smithi"));
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        Assert.Null(await store.RunAsync(Run, default));
    }

    [Fact]
    public async Task Kill_OneQueuedJob_EndsItDeadAndLeavesTheOthers()
    {
        await ScheduleAsync(Run, "a", "100");
        await ScheduleAsync(Run, "b", "100");

        var killed = await _cli.RunAsync("kill", "-J", $"{Run}/1");

        Assert.True(killed.ExitCode == 0, killed.Error);
        Assert.Equal($"Job:    1 priority:  100 {Run}/2\n", await OutputAsync("-m", "smithi"));
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        var job = await store.JobAsync(Run, "1", default);
        Assert.Equal(("dead", "killed"), (job!.Status, job.FailureReason));
        Assert.Equal("queued", (await store.JobAsync(Run, "2", default))!.Status);
    }

    private async Task<string> OutputAsync(params string[] arguments)
    {
        var result = await _cli.RunAsync(["queue", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    private async Task ScheduleAsync(string run, string description, string priority)
    {
        var file = _cli.Write("job.yaml", "tasks: []\n");
        var result = await _cli.RunAsync("schedule", "--name", run, "-d", description, "-w", "smithi", "-p", priority, file);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
