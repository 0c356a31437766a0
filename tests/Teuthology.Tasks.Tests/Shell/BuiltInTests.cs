using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class BuiltInTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task SmallTasks_InOneJob_LeaveTheirTracesInLogAndSummary()
    {
        var result = await host.RunAsync("""
            roles: [[a.0, client.0], [client.1]]
            tasks:
            - exec_on_cleanup: {a.0: [echo last-words]}
            - timer: the whole
            - timer: the whole
            - clock.check:
            - selinux: {mode: permissive}
            - tasktest: [id: foo, delay: 0]
            - tasktest: {id: bar}
            - dump_ctx: {anything: [1, 2]}
            - localdir: [client.1]
            - exec: {client.1: [test -d "$TESTDIR/mnt.1"]}
            - exec: {a.0: ['! test -d "$TESTDIR/mnt.0"']}
            """);
        result.ShouldPass();
        var log = result.Log();
        Assert.Contains("stdout:last-words", log);
        Assert.True(log.IndexOf("being cleaned up -- bar", StringComparison.Ordinal) < log.IndexOf("being cleaned up -- foo", StringComparison.Ordinal));
        Assert.Contains("Started task test -- foo", log);
        Assert.Matches(@"Task config:\n.*anything", log);
        Assert.Contains("owner: tester@host", log);
        var times = Assert.IsType<YamlList>(((YamlMap)result.Summary()["timer"]!)["the whole"]);
        Assert.Equal(2, times.Count);
        Assert.All(times, t => Assert.Matches(@"^00:00:\d\d\.\d{6}$", Assert.IsType<string>(((YamlList)t!)[1])));
    }

    [SkippableFact]
    public async Task LockFile_HeldRange_FailsWhoWaitsTooLittleAndLeavesNothing()
    {
        var result = await host.RunAsync("""
            roles: [[client.0]]
            tasks:
            - clock.check:
            - localdir:
            - lockfile:
              - {client: client.0, lockfile: f, holdtime: 60}
              - {client: client.0, lockfile: f, holdtime: 0, maxwait: 0.5}
            """);
        Assert.Equal("the lock of client.0 on f, bytes 0 to 1 was not had and held within 0.5 s", result.FailureReason);
        Assert.Contains(":teuthology.task.lockfile:Starting lockfile\n", result.Log());
        Assert.Contains(":teuthology.task.localdir:Removing local mnt dirs...\n", result.Log());
        Assert.Contains(":teuthology.task.clock.check:Checking final clock skew...\n", result.Log());
        Assert.False(result.Summary().ContainsKey("failures"));
    }

    [SkippableFact]
    public async Task LockFile_HadThoughExpectedToFail_IsAFailure()
    {
        var result = await host.RunAsync("""
            roles: [[client.0]]
            tasks:
            - localdir:
            - lockfile: [{client: client.0, lockfile: f, holdtime: 0, maxwait: 30, expectfail: true}]
            """);
        Assert.Equal("the lock of client.0 on f, bytes 0 to 1 was had and held, though it was expected to fail", result.FailureReason);
    }

    [SkippableFact]
    public async Task ProcThrasher_WhileOtherTasksRun_KillsAndStartsAgain()
    {
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - proc_thrasher: {role: a.0, command: 'echo started; sleep 600', num_procs: 2, rest_period: 0.3, run_time: 60}
            - sleep: {duration: 2}
            """);
        result.ShouldPass();
        Assert.InRange(result.Log().Split("stdout:started\n").Length - 1, 3, 30);
        Assert.Contains("the thrasher ends with the job", result.Log());
    }
}
