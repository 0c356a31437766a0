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
