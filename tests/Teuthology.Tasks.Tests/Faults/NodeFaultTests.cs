using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>What becomes of a job when a machine goes away, or has no room.</summary>
public sealed class NodeFaultTests(RootHost host) : IClassFixture<RootHost>
{
    [SkippableFact]
    public Task LinkDownForGood_IsDead_AndTheOtherHostUnwinds() => DiesAsync(() => host.CutAsync("n1"));

    [SkippableFact]
    public Task NodePowerCycled_IsDead_AndTheOtherHostUnwinds() => DiesAsync(() => host.PowerCycleAsync("n1"));

    [SkippableFact]
    public async Task TaskRebootsTheNode_Reconnects_AndTheJobPasses()
    {
        await host.NeedAsync();
        var result = await host.RunAsync("""
            roles: [[a.0], [a.1]]
            tasks:
            - exec: {all-hosts: ['echo kept > $TESTDIR/archive/kept; cut -d" " -f22 /proc/1/stat > $TESTDIR/archive/boot']}
            - test.reboot: a.0
            - exec: {a.0: ['cat $TESTDIR/archive/kept', '! grep -qx "$(cut -d" " -f22 /proc/1/stat)" $TESTDIR/archive/boot']}
            """);
        result.ShouldPass();
        Assert.Contains("n1.stdout:kept\n", result.Log());
        result.ShouldHaveUnwound("n1");
        result.ShouldHaveUnwound("n2");
        await host.ShouldBeCleanAsync();
    }

    /// <summary>What ran on it is lost, which is told; the machine itself comes back.</summary>
    [SkippableFact]
    public async Task NodeRebootsUnderACommand_IsDead_AndBothHostsUnwind()
    {
        await host.NeedAsync();
        var result = await host.RunAsync("""
            roles: [[a.0], [a.1]]
            tasks:
            - exec: {all-hosts: ['echo kept > $TESTDIR/archive/kept']}
            - exec: {a.0: ['echo before; sudo reboot; sleep 86400']}
            """);
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("SSH connection to n1 was lost: ", result.FailureReason);
        Assert.Contains("the host was started anew while it ran; how it ended is not known", result.Log());
        result.ShouldHaveUnwound("n1");
        result.ShouldHaveUnwound("n2");
        await host.ShouldBeCleanAsync();
    }

    [SkippableFact]
    public async Task NodesDiskFull_Fails_AndAllUnwinds()
    {
        await host.NeedAsync();
        var result = await host.RunAsync("""
            roles: [[a.0], [a.1]]
            tasks:
            - exec: {all-hosts: ['echo kept > $TESTDIR/archive/kept']}
            - exec: {a.0: ['mkdir $TESTDIR/small && sudo mount -t tmpfs -o size=256k,mode=777 none $TESTDIR/small']}
            - full_sequential_finally:
              - exec: {a.0: ['sudo umount $TESTDIR/small && rmdir $TESTDIR/small']}
            - exec: {a.0: ['seq 1000000 > $TESTDIR/small/file']}
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.StartsWith("Command failed on n1 with status 1: ", result.FailureReason);
        Assert.Contains("n1.stderr:", result.Log());
        Assert.Contains("No space left on device", result.Log());
        result.ShouldHaveUnwound("n1");
        result.ShouldHaveUnwound("n2");
        await host.ShouldBeCleanAsync();
    }

    /// <summary>Where the guardian keeps its files: commands run on, with output of any length, and still can be ended.</summary>
    [SkippableFact]
    public async Task NodesSharedMemoryFull_Passes()
    {
        await host.NeedAsync();
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - exec: {a.0: ['sudo mount -o remount,size=2m /dev/shm; ! dd if=/dev/zero of=/dev/shm/all bs=1M', 'seq 200000 | tail -n 1', 'seq 300000', 'echo after']}
            - exec: {a.0: ['rm /dev/shm/all']}
            - exec: {a.0: ['echo at last']}
            """);
        result.ShouldPass();
        Assert.Contains("n1.stdout:200000\n", result.Log());
        Assert.Contains("n1.stdout:300000\n", result.Log());
        Assert.Contains("n1.stdout:at last\n", result.Log());
        await host.ShouldBeCleanAsync();
    }

    [SkippableFact]
    public async Task ProcessDumpsCore_FailsAndTheCoreIsPulledWithItsProgram()
    {
        await host.NeedAsync();
        Skip.If((await File.ReadAllTextAsync("/proc/sys/kernel/core_pattern")).TrimStart()[0] == '|', "this kernel hands core dumps to a program");
        var result = await host.RunAsync("""
            roles: [[a.0], [a.1]]
            tasks:
            - pexec: {a.1: ['cd /tmp; ulimit -c unlimited; sleep 600 & until grep -q sleep /proc/$!/comm; do :; done; kill -SEGV $!; wait || true']}
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.Matches(@"^Found coredumps on ubuntu@n2: \d+\.\d+\.core$", result.FailureReason);
        var cores = Path.Combine(result.ArchivePath!, "remote", "n2", "coredump");
        var core = Assert.Single(Directory.GetFiles(cores));
        Assert.Contains("core file", await HostPrograms.RunAsync("file", core));
        Assert.Equal("\u007fELF"u8, File.ReadAllBytes(Assert.Single(Directory.GetFiles(cores, "sleep", SearchOption.AllDirectories))).AsSpan(0, 4));
        Assert.False(Directory.Exists(Path.Combine(result.ArchivePath!, "remote", "n1", "coredump")));
    }

    /// <summary>Breaks something while the job works on both machines.</summary>
    private async Task DiesAsync(Func<Task> act)
    {
        await host.NeedAsync();
        await using var job = await RunningJob.StartAsync(host, """
            roles: [[a.0], [a.1]]
            tasks:
            - exec: {a.1: ['echo kept > $TESTDIR/archive/kept']}
            - exec: {a.0: ['sleep 86400']}
            """);
        await job.SaysAsync("n1> ", "sleep 86400");
        await act();
        var result = await job.EndAsync();
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("SSH connection to n1 was lost: ", result.FailureReason);
        result.ShouldHaveUnwound("n2");
        await host.ShouldBeCleanAsync();
    }
}
