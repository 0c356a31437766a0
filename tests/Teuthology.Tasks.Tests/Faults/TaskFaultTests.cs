using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>What becomes of a job when a task of it goes wrong: status, reason, what unwound in which order, and that nothing stays behind.</summary>
public sealed class TaskFaultTests(RootHost host) : IClassFixture<RootHost>
{
    [SkippableFact]
    public Task TaskThrowsInEnter_Fails_AndAllUnwinds() => ThrowsAsync("enter", "enter broke", unwound: [], furtherFailures: 0);

    [SkippableFact]
    public Task TaskThrowsInBody_Fails_AndAllUnwindsInReverse() => ThrowsAsync("body", "body broke", ["first", "second", "third"], furtherFailures: 0);

    [SkippableFact]
    public Task TaskThrowsInExit_Fails_AndTheOtherExitsRun() => ThrowsAsync("exit", "second exit broke", ["first", "second", "third"], furtherFailures: 0);

    [SkippableFact]
    public Task TaskThrowsInTwoExits_FailsWithTheFirst_AndTheOtherIsTold() => ThrowsAsync("exits", "first exit broke", ["first", "second", "third"], furtherFailures: 1);

    [SkippableFact]
    public async Task CommandIgnoresTerm_JobIsCancelled_IsDeadAndTheProcessesAreGone()
    {
        await host.NeedAsync();
        using var cancel = new CancellationTokenSource();
        await using var job = await RunningJob.StartAsync(
            host,
            """
            roles: [[a.0], [a.1]]
            tasks:
            - exec: {a.1: ['echo kept > $TESTDIR/archive/kept']}
            - exec: {a.0: ["trap '' TERM HUP INT; (setsid sh -c \"trap '' TERM; sleep 86417\" &) ; echo deaf; sleep 86417; sleep 86417"]}
            """,
            cancel.Token);
        await job.SaysAsync("n1.stdout:deaf");
        await cancel.CancelAsync();
        var result = await job.EndAsync();
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Equal("the job was cancelled (in task exec)", result.FailureReason);
        result.ShouldHaveUnwound("n2");
        Assert.Empty(HostTraces.Processes("sleep\086417"));
        await host.ShouldBeCleanAsync();
    }

    private async Task ThrowsAsync(string where, string reason, string[] unwound, int furtherFailures)
    {
        await host.NeedAsync();
        var result = await host.RunAsync($"""
            roles: [[a.0], [a.1]]
            tasks:
            - background_exec: {"{a.0: sleep 86400}"}
            - exec: {"{all-hosts: ['echo kept > $TESTDIR/archive/kept']}"}
            - test.fault: {where}
            """);
        Assert.Equal((JobStatus.Fail, reason), (result.Status, result.FailureReason));
        Assert.Equal(furtherFailures, result.CleanupFailures.Count);
        Assert.Equal(reason, result.Summary()["failure_reason"]);
        Assert.Equal(unwound, result.Log().Split('\n').Where(l => l.Contains(":unwound ", StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf(' ') + 1)..]));
        result.ShouldHaveUnwound("n1");
        result.ShouldHaveUnwound("n2");
        await host.ShouldBeCleanAsync();
    }
}
