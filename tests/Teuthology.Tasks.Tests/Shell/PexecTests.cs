using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

public sealed class PexecTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task Pexec_Barrier_HoldsAllUntilTheSlowestHasDoneItsLines()
    {
        var result = await host.RunAsync("""
            roles: [[a.0], [b.0], [c.0]]
            tasks:
            - pexec:
                a.0:
                - sleep 0.7
                - touch $TESTDIR/archive/a
                - barrier
                - test -e $TESTDIR/archive/b && test -e $TESTDIR/archive/c
                b.0: [touch $TESTDIR/archive/b, barrier, test -e $TESTDIR/archive/a && echo b-saw-a]
                c.0: [touch $TESTDIR/archive/c, barrier, test -e $TESTDIR/archive/a && echo c-saw-a]
            """);
        result.ShouldPass();
        Assert.Contains("stdout:b-saw-a\n", result.Log());
        Assert.Contains("stdout:c-saw-a\n", result.Log());
        Assert.DoesNotContain("pexec-barrier-", result.Log().Replace("echo pexec-barrier-", ""));
    }

    [SkippableFact]
    public async Task Pexec_OneFails_TheOthersDoNotWaitAtTheBarrier()
    {
        var result = await host.RunAsync("""
            roles: [[a.0], [b.0]]
            tasks:
            - pexec:
                a.0: [echo broken >&2, 'false', barrier]
                b.0: [barrier, touch $TESTDIR/never]
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Contains("with status 1", result.FailureReason);
        Assert.DoesNotContain("left files", result.FailureReason);
    }

    [SkippableFact]
    public async Task Pexec_ClientsAndAll_RunOneShellEach()
    {
        var result = await host.RunAsync("""
            roles: [[client.0, client.1], [client.2], [osd.0]]
            tasks:
            - pexec: {clients: [word=per-client, 'echo $word']}
            - pexec: {all: [echo per-host]}
            """);
        result.ShouldPass();
        Assert.Equal((3, 3), (result.Log().Split("stdout:per-client\n").Length - 1, result.Log().Split("stdout:per-host\n").Length - 1));
    }
}
