using System.Diagnostics;
using System.Text.Json;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>What becomes of a job when something breaks under it, on real machines: status, reason, what unwound, and that nothing stays behind.</summary>
public sealed class FaultMatrixTests(RootHost host) : IClassFixture<RootHost>
{
    [SkippableTheory]
    [InlineData("enter", "enter broke", new string[0], 0)]
    [InlineData("body", "body broke", new[] { "first", "second", "third" }, 0)]
    [InlineData("exit", "second exit broke", new[] { "first", "second", "third" }, 0)]
    [InlineData("exits", "first exit broke", new[] { "first", "second", "third" }, 1)]
    public async Task TaskThrows_Fails_AndAllUnwindsInOrder(string where, string reason, string[] unwound, int furtherFailures)
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
        Assert.Equal(2, Directory.GetFiles(result.ArchivePath!, "kept", SearchOption.AllDirectories).Length);
        Assert.Equal(2, Ended(result, "remove the test directory").Count(status => status == "status 0"));
        await host.ShouldBeCleanAsync();
    }

    [SkippableFact]
    public async Task LinkDownForGood_IsDead_AndTheOtherHostUnwinds()
    {
        await host.NeedAsync();
        var result = await WhileAsync("n1", () => host.CutAsync("n1"));
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("SSH connection to n1 was lost: ", result.FailureReason);
        ShouldHaveUnwound(result, "n2");
        await host.ShouldBeCleanAsync();
    }

    [SkippableFact]
    public async Task NodePowerCycled_IsDead_AndTheOtherHostUnwinds()
    {
        await host.NeedAsync();
        var result = await WhileAsync("n1", () => host.PowerCycleAsync("n1"));
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("SSH connection to n1 was lost: ", result.FailureReason);
        ShouldHaveUnwound(result, "n2");
        await host.ShouldBeCleanAsync();
    }

    [SkippableFact]
    public async Task ControllersDiskFull_IsDeadAtOnceWithTheReason_AndMachinesComeBack()
    {
        await host.NeedAsync();
        var disk = Directory.CreateTempSubdirectory("teuthology-small-").FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
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
            Run("umount", disk);
            Directory.Delete(disk);
        }
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
        using (var file = Process.Start(new ProcessStartInfo("file", [core]) { RedirectStandardOutput = true })!)
            Assert.Contains("core file", await file.StandardOutput.ReadToEndAsync());
        Assert.Equal("\u007fELF"u8, File.ReadAllBytes(Assert.Single(Directory.GetFiles(cores, "sleep", SearchOption.AllDirectories))).AsSpan(0, 4));
        Assert.False(Directory.Exists(Path.Combine(result.ArchivePath!, "remote", "n1", "coredump")));
    }

    /// <summary>Runs a job and breaks something while it works on both machines.</summary>
    private async Task<JobResult> WhileAsync(string machine, Func<Task> act)
    {
        var job = host.Job("""
            roles: [[a.0], [a.1]]
            tasks:
            - exec: {a.1: ['echo kept > $TESTDIR/archive/kept']}
            - test.mark: x
            - exec: {a.0: ['sleep 86400']}
            """);
        await using var session = await host.Engine.StartAsync(job, null, CancellationToken.None);
        var running = session.RunAsync(CancellationToken.None);
        var log = Path.Combine(session.ArchivePath!, "teuthology.log");
        while (!running.IsCompleted && !File.ReadLines(log).Any(line => line.Contains($"{machine}> ", StringComparison.Ordinal) && line.Contains("sleep 86400", StringComparison.Ordinal)))
            await Task.Delay(50);
        await act();
        await Assert.ThrowsAnyAsync<TeuthologyException>(() => running);
        return await session.UnwindAsync();
    }

    private static void ShouldHaveUnwound(JobResult result, string machine)
    {
        Assert.True(File.Exists(Path.Combine(result.ArchivePath!, "remote", machine, "kept")), "its archive was not pulled");
        Assert.Contains(Events(result), e => Text(e, "label") == "remove the test directory" && Text(e, "host") == machine && Text(e, "status") == "status 0");
    }

    private static IEnumerable<string?> Ended(JobResult result, string label) => Events(result).Where(e => Text(e, "label") == label).Select(e => Text(e, "status"));

    private static IEnumerable<JsonElement> Events(JobResult result) => File.ReadLines(Path.Combine(result.ArchivePath!, "events.jsonl")).Select(line => JsonDocument.Parse(line).RootElement);

    private static string? Text(JsonElement e, string key) => e.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
