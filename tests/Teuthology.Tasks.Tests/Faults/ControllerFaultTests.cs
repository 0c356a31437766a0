using System.Diagnostics;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>What becomes of a job when its own controller fails.</summary>
public sealed class ControllerFaultTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task ControllersDiskFull_IsDeadAtOnceWithTheReason_AndMachinesComeBack()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        var disk = Directory.CreateTempSubdirectory("teuthology-small-").FullName;
        await HostPrograms.RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
        try
        {
            var job = host.Job("roles: [[a.0]]\ntasks:\n- exec: {a.0: ['seq 10000000', 'sleep 86400']}\n") with { ArchivePath = Path.Combine(disk, "job") };
            var result = await host.RunAsync(job);
            Assert.Equal(JobStatus.Dead, result.Status);
            Assert.StartsWith("the job's archive cannot be written: No space left on device", result.FailureReason);
            Assert.Equal(("dead", result.FailureReason), (result.Summary()["status"], result.Summary()["failure_reason"]));
            await host.ShouldBeCleanAsync();
        }
        finally
        {
            await HostPrograms.RunAsync("umount", disk);
            Directory.Delete(disk);
        }
    }

    /// <summary>Its lease on the machines' guardians is two seconds; what the next controller finds it clears.</summary>
    [SkippableFact]
    public async Task ControllerKilled_LeaseOver_NoCommandIsLeft_AndTheNextOneHasItsMachines()
    {
        await using var abandoned = new AbandonedController();
        var missing = await abandoned.RunAsync();
        Skip.If(missing is not null, missing);
        var sleeping = HostTraces.Processes(AbandonedController.Mark);
        Assert.True(sleeping.Count >= (Checkout.HasPython ? 5 : 4), string.Join('\n', sleeping));
        await abandoned.KillAsync();

        // Nobody but the machines themselves ends what it ran.
        for (var start = Stopwatch.GetTimestamp(); HostTraces.Processes(AbandonedController.Mark) is { Count: > 0 } left; await Task.Delay(100))
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), string.Join('\n', left));

        var next = new LoopbackHost(abandoned.Root, machines: 2);
        var result = await next.RunAsync("roles: [[a.0], [a.1]]\ntasks:\n- exec: {all-hosts: ['echo mine']}\n");
        result.ShouldPass();
        await next.ShouldBeCleanAsync();
        var archive = Path.Combine(abandoned.Root, "archive", "abandoned", "1");
        Assert.False(File.Exists(Path.Combine(archive, "summary.yaml")));
        Assert.True(AbandonedArchive.End(archive, "the process is gone"));
        await next.DisposeAsync();
    }
}
