using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>What wraps every job with machines, seen from outside.</summary>
public sealed class InternalTaskTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task Job_ArchiveOnTheMachines_IsPulled()
    {
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - exec:
                a.0:
                - mkdir -p "$TESTDIR/archive/deep/er"
                - seq 5000 > "$TESTDIR/archive/deep/er/numbers"
            """);
        result.ShouldPass();
        var pulled = Assert.Single(Directory.GetDirectories(Path.Combine(result.ArchivePath!, "remote")));
        Assert.Equal(Enumerable.Range(1, 5000).Select(i => $"{i}"), await File.ReadAllLinesAsync(Path.Combine(pulled, "deep", "er", "numbers")));
        var info = (YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, "info.yaml"))!;
        var (name, node) = Assert.Single((YamlMap)info["cluster"]!);
        Assert.EndsWith("@" + Path.GetFileName(pulled), (string)name);
        Assert.Equal(["a.0"], (YamlList)((YamlMap)node!)["roles"]!);
        Assert.EndsWith("/archive", (string?)((YamlMap)info["archive"]!)["init"]);
    }

    [SkippableFact]
    public async Task Job_ArchiveAfterAFailure_IsPulledToo()
    {
        var result = await host.RunAsync("""
            roles: [[a.0]]
            tasks:
            - test.remote_log: /etc/os-release
            - exec: {a.0: [echo kept > "$TESTDIR/archive/kept"; exit 1]}
            """);
        Assert.Equal(JobStatus.Fail, result.Status);
        var pulled = Assert.Single(Directory.GetDirectories(Path.Combine(result.ArchivePath!, "remote")));
        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(pulled, "kept")));
        Assert.Equal(await File.ReadAllTextAsync("/etc/os-release"), await File.ReadAllTextAsync(Path.Combine(pulled, "log", "named")));
        Assert.False(Directory.Exists(Path.Combine(pulled, "log", "absent")));
    }

    [SkippableFact]
    public async Task Job_LeavesFiles_FailsWithTheirListing()
    {
        var result = await host.RunAsync("roles: [[a.0]]\ntasks:\n- exec: {a.0: [echo junk > \"$TESTDIR/forgotten\"]}\n");
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.StartsWith("The job left files in the test directory ", result.FailureReason);
        Assert.Contains("/forgotten", result.FailureReason);
    }

    [SkippableFact]
    public async Task Job_TestDirectoryIsThere_IsDead()
    {
        var stale = Directory.CreateTempSubdirectory("teuthology-stale-").FullName;
        var result = await host.RunAsync($"roles: [[a.0]]\ntest_path: {stale}\ntasks:\n- nop:\n");
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.StartsWith("Stale jobs detected, aborting.\nHost lo", result.FailureReason);
        Directory.Delete(stale);
    }

    [SkippableFact]
    public async Task Job_Cancelled_KillsTheCommandAndCleansUp()
    {
        using var cancel = new CancellationTokenSource();
        var marker = $"teuthology-{Guid.NewGuid():N}";
        var flag = Path.Combine(Path.GetTempPath(), marker);
        var running = host.RunAsync($"roles: [[a.0]]\ntasks:\n- exec: {{a.0: ['touch {flag}; sleep 86400; : {marker}']}}\n", cancel.Token);
        while (!File.Exists(flag) && !running.IsCompleted)
            await Task.Delay(20);
        await cancel.CancelAsync();
        var result = await running;
        File.Delete(flag);
        Assert.Equal((JobStatus.Dead, "the job was cancelled (in task exec)"), (result.Status, result.FailureReason));
        Assert.DoesNotContain(Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)), d => CommandLine(d).Contains(marker));
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
